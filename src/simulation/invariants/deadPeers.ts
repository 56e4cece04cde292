import type { Observer, Checker } from "../checker/Checker.ts"

/** Milliseconds between two looks. */
const interval = 1_000

/** Invariant 2, the part that keeps a team connected: a peer that is dead is noticed, and given up. */
export const deadPeers = (watch: Checker): Observer => {
  let next = 0
  return {
    atEndOfInstant: () => {
      const now = watch.time.now()
      if (now < next || watch.time.isStalled()) return
      next = now + interval
      const { bounds } = watch
      for (const connection of watch.model.connections()) {
        if (connection.openedAt === undefined || !connection.isOpen()) continue
        const silent = watch.awake - connection.heardAt
        const bound = connection.greeted ? bounds.deadAfter : bounds.greetingAfter
        // A sweep comes after the one before it and the bound is a number of them, each late by a turn at most.
        if (silent > bound + 2 * bounds.sweep + interval) {
          watch.violated("connected", `${connection.name} has been silent for ${silent} ms, and is not given up`)
        }
      }
    }
  }
}
