import type { Tally } from "../../rehearsal/RehearsalState.ts"
import type { Checker } from "../checker/Checker.ts"
import type { Observer } from "../checker/Observer.ts"
import type { TeamModel } from "../checker/TeamModel.ts"

/** Invariant 3: what the fleet has counted agrees with the frames that were read, and with the server's own tally. */
export const counting = (checker: Checker): Observer => {
  /** Teams that came back at this instant, and may have been forgotten before. */
  const doubted = new Set<TeamModel>()

  const check = (team: TeamModel): Tally | undefined => {
    const { messages, props } = checker.fleet!.stats.counts(team.id)
    const said = team.tallies.find((tally) => tally.messages === messages && tally.props === props)
    if (said !== undefined) return said
    checker.violated(
      "counted-once",
      `team ${JSON.stringify(team.id)}: ${team.messages} messages with ${team.props} props were read, ${messages} with ${props} are counted`
    )
    return undefined
  }

  /** Settles doubted counts: where either tally is right, the one that the fleet gives holds from then on. */
  const settle = () => {
    if (doubted.size === 0 || checker.time.isStalled()) return
    for (const team of doubted) {
      const said = team.isDoubted ? check(team) : undefined
      if (said !== undefined) team.trustCounts(said)
    }
    doubted.clear()
  }

  /** What had been delivered to earlier lives of the fleet. */
  const before = { ...checker.server.delivered }
  /** Number of messages that had been delivered when the two tallies were last compared. */
  let compared = before.messages
  return {
    // Not frame by frame: in the middle of an instant one of the two has not heard of the frame yet.
    atEndOfInstant: () => {
      settle()
      const { delivered } = checker.server
      if (delivered.messages === compared || checker.fleet === undefined) return
      compared = delivered.messages
      const { messages, props } = checker.fleet.stats.totalsUnsafe()
      if (messages === delivered.messages - before.messages && props === delivered.props - before.props) return
      checker.violated(
        "counted-once",
        `the server has delivered ${delivered.messages} messages with ${delivered.props} props, ${messages} with ${props} are counted`
      )
    },
    onJoin: (team) => {
      if (team.isDoubted) doubted.add(team)
    },
    onTeamFrame: (connection, event) => {
      if (event?.type !== "message") return
      checker.model.team(connection.team!).count(event.text)
      checker.model.messages++
    },
    afterFrame: (connection) => {
      if (connection.team !== undefined) check(checker.model.team(connection.team))
    },
    onOpened: (connection) => {
      if (connection.team !== undefined) check(checker.model.team(connection.team))
    }
  }
}
