import type { Tally } from "../../rehearsal/RehearsalState.ts"
import type { Observer, Checker } from "../checker/Checker.ts"
import type { TeamModel } from "../checker/Model.ts"

/** Invariant 3. What the fleet has counted agrees with the frames that were read, and with the server's own tally. */
export const counting = (watch: Checker): Observer => {
  /** Teams that came back at this instant, and may have been forgotten before. */
  const doubted = new Set<TeamModel>()

  const check = (team: TeamModel): Tally | undefined => {
    const { messages, props } = watch.books!.stats.counts(team.id)
    const said = team.tallies.find((tally) => tally.messages === messages && tally.props === props)
    if (said !== undefined) return said
    watch.violated(
      "counted-once",
      `team ${JSON.stringify(team.id)}: ${team.messages} messages with ${team.props} props were read, ${messages} with ${props} are counted`
    )
    return undefined
  }

  /** Where either is right, the fleet's word decides which, and is held to from then on. */
  const settle = () => {
    if (doubted.size === 0 || watch.time.isStalled()) return
    for (const team of doubted) {
      const said = team.isDoubted ? check(team) : undefined
      if (said !== undefined) team.trustCounts(said)
    }
    doubted.clear()
  }

  /** Messages that had been delivered when the two tallies were last compared. */
  let compared = 0
  return {
    // Not frame by frame: in the middle of an instant one of the two has not heard of the frame yet.
    atEndOfInstant: () => {
      settle()
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
      if (team.isDoubted) doubted.add(team)
    },
    onTeamFrame: (connection, event) => {
      if (event?.type !== "message") return
      watch.model.team(connection.team!).count(event.text)
      watch.model.messages++
    },
    afterFrame: (connection) => {
      if (connection.team !== undefined) check(watch.model.team(connection.team))
    },
    onOpened: (connection) => {
      if (connection.team !== undefined) check(watch.model.team(connection.team))
    }
  }
}
