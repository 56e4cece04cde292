import type { CheckedConnection } from "../checker/CheckedConnection.ts"
import type { Observer, Checker } from "../checker/Checker.ts"

/**
 * Invariants 5 and 8, as seen on each connection: the fleet gives it up for a reason of its own or not at all. It is dead
 * if it was silent for the bound, in time that the fleet did not stand still; its team has left; or the fleet ends.
 */
export const givingUp = (watch: Checker): Observer => {
  /** How long a peer must have been silent: each stall may strike a sweep for no time. */
  const silence = (connection: CheckedConnection): number => {
    const { bounds, time } = watch
    const bound = connection.greeted ? bounds.deadAfter : bounds.greetingAfter
    return bound - bounds.sweep * (1 + time.stalls() - connection.heardAtStall)
  }

  const hasReason = (connection: CheckedConnection): boolean => {
    if (watch.model.ending || connection.saidGoodbye) return true
    if (connection.team === undefined) return false
    const team = watch.model.team(connection.team)
    return !team.wanted || team.stay !== connection.stay
  }

  return {
    onGiveUp: (connection, how) => {
      if (connection.givenUp !== undefined || connection.refused || hasReason(connection)) return
      const { bounds, time } = watch
      if (connection.openedAt === undefined) {
        const waited = time.now() - connection.begunAt
        if (waited < bounds.greetingAfter) {
          watch.violated("isolation", `the dial of ${connection.name} is given up after ${waited} ms`)
        }
        return
      }
      if (!connection.isOpen()) return
      const silent = watch.awake - connection.heardAt
      if (silent >= silence(connection)) return
      if (how === "terminate") watch.violated("healthy-peer", `${connection.name} was heard ${silent} ms ago`)
      else watch.violated("isolation", `${connection.name} is closed for no reason of its own`)
    }
  }
}
