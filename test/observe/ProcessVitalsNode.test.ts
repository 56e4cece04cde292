import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { ProcessVitals } from "../../src/observe/ProcessVitals.ts"
import * as ProcessVitalsNode from "../../src/observe/ProcessVitalsNode.ts"
import { HandClock } from "../support/handClock.ts"

const look = ProcessVitals.use((vitals) => Effect.sync(vitals.look))

const block = (millis: number) =>
  Effect.sync(() => {
    const end = process.hrtime.bigint() + BigInt(millis * 1e6)
    while (process.hrtime.bigint() < end);
  })

describe("the vitals of this process", () => {
  it.live("have a block of the event loop as soon as it is over", () =>
    Effect.gen(function* () {
      // The sampler is under way.
      yield* Effect.sleep("300 millis")
      yield* block(600)
      // Its turn comes after that of whoever asks first.
      yield* Effect.sleep("150 millis")
      assert.isAtLeast((yield* look).lag.max, 0.45)
    }).pipe(Effect.provide(ProcessVitalsNode.layer))
  )

  it.effect("have a block of eight seconds, in which no look at them could be taken, for a minute", () =>
    Effect.gen(function* () {
      const clock = new HandClock()
      yield* Effect.gen(function* () {
        const lag = Effect.map(look, (vitals) => vitals.lag.max)
        yield* clock.pass("10 seconds", 1_000)
        yield* clock.jump("8 seconds")
        assert.isAtLeast(yield* lag, 3)
        yield* clock.pass("50 seconds", 1_000)
        assert.isAtLeast(yield* lag, 3)
        yield* clock.pass("15 seconds", 1_000)
        assert.isBelow(yield* lag, 3)
      }).pipe(Effect.provide(ProcessVitalsNode.layer), Effect.provideService(Clock.Clock, clock))
    })
  )
})
