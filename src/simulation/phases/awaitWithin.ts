import { Effect } from "effect"
import type { Checker } from "../checker/Checker.ts"

/** Milliseconds between two checks of a condition. */
export const pollEvery = 500

/** Waits until a condition holds, for so many milliseconds of active time at most. False if it did not hold by then. */
export const awaitWithin = Effect.fnUntraced(function* (checker: Checker, millis: number, holds: () => boolean) {
  const by = checker.activeTime + millis
  while (!holds()) {
    if (checker.activeTime >= by) return false
    yield* Effect.sleep(Math.min(pollEvery, Math.max(1, by - checker.activeTime)))
  }
  return true
})
