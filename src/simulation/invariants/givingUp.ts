import type { CheckedConnection } from "../checker/CheckedConnection.ts"
import type { Checker } from "../checker/Checker.ts"
import type { Observer } from "../checker/Observer.ts"

/**
 * Invariants 5 and 8: the fleet gives a connection up for a reason of its own or not at all. The peer is dead if it was silent
 * for the bound, in active time; its team has left; or the fleet ends.
 */
export const givingUp = (checker: Checker): Observer => {
  /** Shortest silence of a dead peer: each stall may let one sweep take no time. */
  const silence = (connection: CheckedConnection): number => {
    const { guarantees, time } = checker
    const bound = connection.greeted ? guarantees.deadAfter : guarantees.greetingTimeout
    return bound - guarantees.sweep * (1 + time.stallCount() - connection.stallsWhenHeard)
  }

  const hasReason = (connection: CheckedConnection): boolean => {
    if (checker.model.ending || connection.saidGoodbye) return true
    if (connection.team === undefined) return false
    const team = checker.model.team(connection.team)
    return !team.wanted || team.generation !== connection.generation
  }

  return {
    onGiveUp: (connection, how) => {
      if (connection.givenUp !== undefined || connection.refused || hasReason(connection)) return
      const { guarantees, time } = checker
      if (connection.openedAt === undefined) {
        const waited = time.now() - connection.dialledAt
        if (waited < guarantees.greetingTimeout) {
          checker.violated("isolation", `the dial of ${connection.name} is given up after ${waited} ms`)
        }
        return
      }
      if (!connection.isOpen()) return
      const silent = checker.activeTime - connection.heardAt
      if (silent >= silence(connection)) return
      if (how === "terminate") checker.violated("healthy-peer", `${connection.name} was heard ${silent} ms ago`)
      else checker.violated("isolation", `${connection.name} is closed for no reason of its own`)
    }
  }
}
