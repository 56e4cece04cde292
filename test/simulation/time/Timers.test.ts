import { assert, it } from "@effect/vitest"
import { Effect, Random } from "effect"
import { type Timer, Timers } from "../../../src/simulation/time/Timers.ts"

it.effect("timers fire in order, and cancelled ones not at all", () =>
  Effect.gen(function* () {
    const timers = new Timers()
    const set: Array<Timer> = []
    for (let i = 0; i < 1_000; i++) {
      set.push(timers.set(yield* Random.nextIntBetween(0, 200), yield* Random.next, () => {}))
    }
    for (const timer of set) if ((yield* Random.next) < 0.3) timers.cancel(timer)
    const left = set.filter(({ cancelled }) => !cancelled)
    assert.strictEqual(timers.size, left.length)
    const fired: Array<Timer> = []
    for (let timer = timers.take(); timer !== undefined; timer = timers.take()) fired.push(timer)
    assert.deepStrictEqual(
      fired,
      left.sort((a, b) => a.at - b.at || a.tieBreak - b.tieBreak)
    )
    assert.strictEqual(timers.size, 0)
  }).pipe(Random.withSeed("timers"))
)
