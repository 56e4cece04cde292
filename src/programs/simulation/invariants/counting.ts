import type { Observer, Watch } from "../Watch.ts"

/** Invariant 3. What the fleet has counted agrees with the frames that were read, and with the server's own tally. */
export const counting = (watch: Watch): Observer => {
  const check = (id: Parameters<typeof watch.model.team>[0]) => {
    const { stats } = watch.books!
    const team = watch.model.team(id)
    const { messages, props } = stats.countsUnsafe(id)
    if (messages === team.messages && props === team.props) return
    watch.violated(
      "counted-once",
      `team ${JSON.stringify(id)}: ${team.messages} messages with ${team.props} props were read, ${messages} with ${props} are counted`
    )
  }
  /** Messages that had been delivered when the two tallies were last compared. */
  let compared = 0
  return {
    // Not frame by frame: in the middle of an instant one of the two has not heard of the frame yet.
    atEndOfInstant: () => {
      const { delivered } = watch.server
      if (delivered.messages === compared || watch.books === undefined) return
      compared = delivered.messages
      const { messages, props } = watch.books.stats.totalsUnsafe()
      if (messages === delivered.messages && props === delivered.props) return
      watch.violated(
        "counted-once",
        `the server has delivered ${delivered.messages} messages with ${delivered.props} props, ${messages} with ${props} are counted`
      )
    },
    onJoin: (team) => {
      // Departed teams beyond `rememberDeparted` are forgotten, with their counts. Rule: protocol row 17.
      if (team.stay === 1 || watch.books?.registry.find(team.id) !== undefined) return
      team.messages = 0
      team.props = 0
    },
    onTeamFrame: (connection, event) => {
      if (event?.type !== "message") return
      watch.model.team(connection.team!).count(event.text)
      watch.model.messages++
    },
    afterFrame: (connection) => {
      if (connection.team !== undefined) check(connection.team)
    },
    onOpened: (connection) => {
      if (connection.team !== undefined) check(connection.team)
    }
  }
}
