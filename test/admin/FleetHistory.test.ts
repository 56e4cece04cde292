import { assert, describe, it } from "@effect/vitest"
import { Rehearsal } from "botswain/rehearsal"
import { Clock, Effect, Layer } from "effect"
import { FleetHistory } from "../../src/admin/FleetHistory.ts"
import * as StatsMemory from "../../src/layers/StatsMemory.ts"
import { Stats } from "../../src/services/Stats.ts"
import { joined, pass, withFleet } from "../support/fleet.ts"
import { HandClock } from "../support/handClock.ts"
import { registryOf } from "../support/registries.ts"

const past = FleetHistory.use(({ past }) => Effect.sync(past))
const withHistory = <A, E, R>(test: Effect.Effect<A, E, R>) =>
  test.pipe(Effect.provide(FleetHistory.layer), withFleet())

const emptyRegistry = registryOf()

/** Counts of a fleet that gets five messages in each millisecond. */
const fiveAMillisecond = (clock: Clock.Clock) =>
  Layer.mock(Stats, {
    counter: () => ({ messages: 0, props: 0, count: () => {} }),
    counts: () => ({ messages: 0, props: 0 }),
    seed: () => {},
    forget: () => {},
    tally: () => {},
    totalsUnsafe: () => ({ messages: clock.currentTimeMillisUnsafe() * 5, props: 0, incidents: {} })
  })

/** Runs a test in which nothing happens but time. */
const withoutFleet = <A, E, R>(test: Effect.Effect<A, E, R>) =>
  test.pipe(Effect.provide(FleetHistory.layer), Effect.provide([StatsMemory.layer, emptyRegistry]))

describe("the past", () => {
  it.effect("says what happened in each second, and in each minute", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1, 2, 3)
      yield* pass("1 minute")
      yield* rehearsal.say(1, "one")
      yield* rehearsal.say(2, "two")
      yield* rehearsal.cut(3)
      yield* pass("1 minute")
      const { minutes, seconds } = yield* past
      assert.strictEqual(minutes.length, 2)
      assert.deepStrictEqual(
        minutes.map(({ connected, connects, drops, messages }) => [connects, drops, messages, connected]),
        [
          [3, 0, 0, 3],
          [1, 1, 2, 3]
        ]
      )
      for (const key of ["connects", "drops", "messages"] as const) {
        const sum = (points: ReadonlyArray<Readonly<Record<typeof key, number>>>) =>
          points.reduce((total, point) => total + point[key], 0)
        assert.strictEqual(sum(seconds), sum(minutes), key)
      }
      assert.deepStrictEqual(
        minutes.map(({ at }) => at),
        [0, 60_000]
      )
    }).pipe(withHistory)
  )

  it.effect("goes back so far and no further", () =>
    Effect.gen(function* () {
      yield* pass("125 minutes")
      const { minutes, seconds } = yield* past
      assert.deepStrictEqual([seconds.length, minutes.length], [120, 120])
      assert.strictEqual(minutes.at(-1)?.at, 124 * 60_000)
    }).pipe(withoutFleet)
  )

  const samples: ReadonlyArray<readonly [what: string, jumps: ReadonlyArray<number>]> = [
    ["a millisecond early", [999, 1, 998, 2, 999, 1, 999]],
    ["by a process that is busy until a millisecond before the next second", [1_999, 1, 1_999, 1]],
    ["late", [1_400, 900, 700, 1_001]],
    ["by a process that was stalled for seconds", [3_700, 1_300]]
  ]
  for (const [what, jumps] of samples) {
    it.effect(`shows a steady rate as one, where samples are taken ${what}`, () =>
      Effect.gen(function* () {
        const clock = new HandClock()
        yield* Effect.gen(function* () {
          const { past } = yield* FleetHistory
          for (const jump of jumps) yield* clock.jump(jump)
          yield* clock.jump(1_000 - (clock.currentTimeMillisUnsafe() % 1_000))
          const { seconds } = past()
          assert.deepStrictEqual(
            seconds,
            seconds.map((_, n) => ({ at: n * 1_000, connects: 0, drops: 0, messages: 5_000, connected: 0 }))
          )
          assert.strictEqual(seconds.length, clock.currentTimeMillisUnsafe() / 1_000)
        }).pipe(
          Effect.provide(Layer.provide(FleetHistory.layer, Layer.merge(fiveAMillisecond(clock), emptyRegistry))),
          Effect.provideService(Clock.Clock, clock)
        )
      })
    )
  }

  it.effect("has no points of a wall clock that was set forward but the newest, and counts nothing twice", () =>
    Effect.gen(function* () {
      const clock = new HandClock()
      yield* Effect.gen(function* () {
        const { past } = yield* FleetHistory
        yield* clock.pass("3 seconds", 500)
        clock.stepForward("5000 days")
        yield* clock.pass("3 seconds", 500)
        const { minutes, seconds } = past()
        assert.deepStrictEqual([seconds.length, minutes.length], [120, 120])
        seconds.forEach(({ at }, n) => assert.isTrue(n === 0 || at === seconds[n - 1]!.at + 1_000, "in order"))
      }).pipe(withoutFleet, Effect.provideService(Clock.Clock, clock))
    })
  )

  it.effect("is told anew from where the wall clock is set back to, and has no point of what lies ahead of that", () =>
    Effect.gen(function* () {
      const clock = new HandClock()
      yield* Effect.gen(function* () {
        yield* clock.pass("5 minutes", 500)
        clock.stepBack("3 minutes")
        const now = yield* Clock.currentTimeMillis
        yield* clock.pass("2 seconds", 500)
        const { minutes, seconds } = yield* past
        assert.deepStrictEqual(
          [minutes, seconds].map((points) => points.at(-1)?.at),
          [60_000, now + 1_000]
        )
        yield* clock.pass("2 minutes", 500)
        const later = yield* past
        assert.deepStrictEqual(
          later.minutes.map(({ at }) => at / 60_000),
          [0, 1, 2, 3]
        )
        later.seconds.forEach(({ at }, n) => assert.isTrue(n === 0 || at > later.seconds[n - 1]!.at, "in order"))
      }).pipe(withoutFleet, Effect.provideService(Clock.Clock, clock))
    })
  )
})
