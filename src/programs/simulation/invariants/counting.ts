import type { Observer, Watch } from "../Watch.ts"

/** Invariant 3. The frames that were read are the truth; the server's own tally, where it has one, must agree. */
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
  return {
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
