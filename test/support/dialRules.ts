import { assert } from "@effect/vitest"
import { batch, type Lane } from "../../src/services/dialing/Gate.ts"

/** What happened to a dial, in the order that it happened. */
export interface Happening {
  readonly what: "arrives" | "begins" | "ends" | "gives up"
  readonly id: number
  readonly lane: Lane
  readonly at: number
}

export interface Rules {
  readonly maxDials: number
  /** Places that failing teams never take. */
  readonly reserved: number
  /** Milliseconds between two beginnings. */
  readonly gap: number
}

/**
 * Where one has to wait, it begins with others of its batch: as late as a batch is long, or as a timer of whole milliseconds
 * rounds, and by as much nearer to the next. The pace itself is kept, so this does not add up.
 */
const grain = batch + 1

/** Fails on the first thing that breaks a rule of the dial budget. */
export const assertKept = (happenings: ReadonlyArray<Happening>, { gap, maxDials, reserved }: Rules): void => {
  const waiting = { healthy: new Set<number>(), failing: new Set<number>() }
  const running = { healthy: new Set<number>(), failing: new Set<number>() }
  const begun: Array<number> = []
  /** When it last became possible for a dial to begin, apart from the pace. */
  let lastChange = -Infinity

  for (const { at, id, lane, what } of happenings) {
    if (what === "arrives") {
      waiting[lane].add(id)
      lastChange = at
    } else if (what === "gives up") {
      waiting[lane].delete(id)
    } else if (what === "ends") {
      running[lane].delete(id)
      lastChange = at
    } else {
      const [first] = waiting[lane]
      assert.strictEqual(id, first, "each lane is in order of arrival")
      if (lane === "failing") assert.strictEqual(waiting.healthy.size, 0, "no healthy team is passed by a failing one")
      waiting[lane].delete(id)
      running[lane].add(id)
      assert.isAtMost(running.healthy.size + running.failing.size, maxDials, "dials in flight are bounded")
      assert.isAtMost(running.failing.size, maxDials - reserved, "failing teams leave the reserve free")
      for (const [n, earlier] of begun.toReversed().entries()) {
        assert.isAtLeast(at - earlier, (n + 1) * gap - grain, "dials are paced")
      }
      // A dial begins when the pace allows it, or else in the instant that it can.
      const free = Math.max(lastChange, (begun.at(-1) ?? -Infinity) + gap)
      assert.isAtMost(at, free + grain, "nobody waits without a reason")
      begun.push(at)
    }
  }
}
