import type { Checker } from "../checker/Checker.ts"
import type { Observer } from "../checker/Observer.ts"

/** Milliseconds between two checks. */
const interval = 1_000

/** Invariant 2: a peer that is dead is noticed, and given up. */
export const deadPeers = (checker: Checker): Observer => {
  let next = 0
  return {
    atEndOfInstant: () => {
      const now = checker.time.now()
      if (now < next || checker.time.isStalled()) return
      next = now + interval
      const { guarantees } = checker
      for (const connection of checker.model.connections()) {
        if (connection.openedAt === undefined || !connection.isOpen()) continue
        const untaken = checker.activeTime - (connection.untakenSince ?? Infinity)
        if (untaken > guarantees.untaken + interval) {
          checker.violated(
            "connected",
            `${connection.name} has not taken an answer for ${untaken} ms, and is not given up`
          )
        }
        const silent = checker.activeTime - connection.heardAt
        const bound = connection.greeted ? guarantees.deadAfter : guarantees.greetingTimeout
        // A sweep comes after the one before it and the bound is a number of them, each late by a turn at most.
        if (silent > bound + 2 * guarantees.sweep + interval) {
          checker.violated("connected", `${connection.name} has been silent for ${silent} ms, and is not given up`)
        }
      }
    }
  }
}
