import { defaults } from "../../services/dialing/policy/DialPolicy.ts"
import type { Team } from "../../services/TeamRegistry.ts"
import type { CheckedConnection } from "../checker/CheckedConnection.ts"
import type { Checker } from "../checker/Checker.ts"
import type { Observer } from "../checker/Observer.ts"

/**
 * Invariants 5 and 8: the fleet gives a connection up for a reason of its own or not at all. The peer is dead if it was silent
 * for the bound, in active time; its team has left; or the fleet ends. A peer that has never been heard may be given up after
 * a second where its place is wanted: there is none for more.
 */
export const givingUp = (checker: Checker): Observer => {
  /** Connections of teams that have not been heard yet. */
  const unheard = new Set<CheckedConnection>()

  /** Those of them that are given up in this instant, with the places that were taken then: others must have taken the rest by its end. */
  let displaced: Array<{ readonly connection: CheckedConnection; readonly taken: number }> = []
  /** Dials that have begun in this instant, and asks: who begins may have to ask anew first. */
  let begun = 0

  const isSlow = ({ dialledAt, greeted, team }: CheckedConnection): boolean =>
    team !== undefined && !greeted && checker.time.now() - dialledAt >= defaults.slowAfter

  /** Places that are taken, at most: by dials, and by teams that have one while they ask anew, or look up a name. */
  const placesTaken = (): number => {
    const mayHaveOne = ({ state }: Team) =>
      state._tag === "Asking" || (state._tag === "Waiting" && state.reason?.includes("looked up") === true)
    const asking = checker.fleet?.registry.roster().filter(mayHaveOne).length ?? 0
    return unheard.size + asking
  }

  /** Shortest silence of a dead peer: each stall may let one sweep take no time. */
  const silence = (connection: CheckedConnection): number => {
    const { guarantees, time } = checker
    const bound = connection.greeted ? guarantees.deadAfter : guarantees.greetingTimeout
    return bound - guarantees.sweep * (1 + time.stallCount() - connection.stallsWhenHeard)
  }

  /** After a stall only the last tenth of the time may be left. */
  const hasNotTaken = ({ stallsWhenSent, untakenSince = Infinity }: CheckedConnection): boolean => {
    const { guarantees, time } = checker
    const shortest = time.stallCount() > stallsWhenSent ? guarantees.untaken / 10 : guarantees.untaken
    return checker.activeTime - untakenSince >= shortest
  }

  const hasReason = (connection: CheckedConnection): boolean => {
    if (checker.model.ending || connection.saidGoodbye) return true
    if (connection.team === undefined) return hasNotTaken(connection)
    const team = checker.model.team(connection.team)
    return !team.wanted || team.generation !== connection.generation
  }

  return {
    onDial: (dial) => {
      if (dial.team === undefined) return
      unheard.add(dial)
      begun++
    },
    onSend: ({ team }) => {
      if (team === undefined) begun++
    },
    onGreeted: (connection) => void unheard.delete(connection),
    onEnded: (connection) => void unheard.delete(connection),
    onGiveUp: (connection, how) => {
      if (connection.givenUp !== undefined || connection.failure !== undefined) return
      if (hasReason(connection)) return
      if (connection.openedAt !== undefined && !connection.isOpen()) return
      if (isSlow(connection)) {
        displaced.push({ connection, taken: placesTaken() })
        return
      }
      const { guarantees, time } = checker
      if (connection.openedAt === undefined) {
        const waited = time.now() - connection.attemptedAt
        if (waited < guarantees.greetingTimeout) {
          checker.violated("isolation", `the dial of ${connection.name} is given up after ${waited} ms`)
        }
        return
      }
      const silent = checker.activeTime - connection.heardAt
      if (silent >= silence(connection)) return
      if (how === "terminate") checker.violated("healthy-peer", `${connection.name} was heard ${silent} ms ago`)
      else checker.violated("isolation", `${connection.name} is closed for no reason of its own`)
    },
    atEndOfInstant: () => {
      const { guarantees, time } = checker
      for (const { connection, taken } of displaced) {
        const waited = time.now() - connection.dialledAt
        if (waited >= guarantees.greetingTimeout || taken + begun >= guarantees.dialsBeforeOthersWait) continue
        checker.violated("isolation", `the dial of ${connection.name} is given up after ${waited} ms`)
      }
      displaced = []
      begun = 0
    }
  }
}
