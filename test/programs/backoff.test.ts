import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Random, Schema } from "effect"
import { TestClock } from "effect/testing"
import {
  globalBackoff,
  isSlow,
  backoff,
  type BackoffSettings,
  Disconnected,
  waitAfter
} from "../../src/programs/backoff.ts"
import { almostOne, drawing } from "../support/chance.ts"
import { settingsOf } from "../support/settings.ts"

/** Base 500 ms, cap 10 s, slow after 10 failures, slow interval 5 min. */
const defaults: BackoffSettings = settingsOf()

/** The wait after so many failures in a row, at both ends of chance. */
const rangeAfter = (failures: number, settings = defaults) =>
  Effect.all([drawing(0)(waitAfter(settings, { failures })), drawing(almostOne)(waitAfter(settings, { failures }))])

const sample = (failures: number, settings = defaults) =>
  Effect.replicateEffect(waitAfter(settings, { failures }), 2000).pipe(Random.withSeed(`sample ${failures}`))

const mean = (values: ReadonlyArray<number>) => values.reduce((sum, value) => sum + value, 0) / values.length

describe("Wait before attempt n (n = 0, 1, …): min(cap, base + random(0, base · 2^n)), base 500 ms, cap 10 s", () => {
  // The first attempt that waits, n = 0, comes after the first failure.
  for (const [n, longest] of [1_000, 1_500, 2_500, 4_500, 8_500, 10_000, 10_000, 10_000, 10_000].entries()) {
    it.effect(`n = ${n}: from 500 ms to ${longest} ms`, () =>
      Effect.gen(function* () {
        const [least, most] = yield* rangeAfter(n + 1)
        assert.strictEqual(least, 500)
        assert.strictEqual(most, longest)
        const waits = yield* sample(n + 1)
        for (const wait of waits) assert.isTrue(wait >= 500 && wait <= longest, `${wait}`)
      })
    )
  }

  it.effect("the waits are spread evenly over the range, so that a fleet does not dial in step", () =>
    Effect.gen(function* () {
      const waits = yield* sample(3)
      assert.closeTo(mean(waits), 1_500, 60)
      for (let from = 500; from < 2_500; from += 200) {
        const share = waits.filter((wait) => wait >= from && wait < from + 200).length
        assert.isTrue(share > 140 && share < 260, `${share} from ${from}`)
      }
    })
  )

  it.effect("the cap is one for the whole wait, and no attempt waits longer, after however many failures", () =>
    Effect.gen(function* () {
      const settings = { ...defaults, slowAfter: Infinity }
      for (const failures of [6, 20, 64, 1_000, 1_024, 1_025, 5_000, 1e9]) {
        const [least, most] = yield* rangeAfter(failures, settings)
        assert.strictEqual(least, 500, `${failures}`)
        assert.strictEqual(most, 10_000, `${failures}`)
      }
    })
  )

  it.effect("base and cap are as set: one that is the other makes every wait the same", () =>
    Effect.gen(function* () {
      const settings = settingsOf({ backoffBase: "2 seconds", backoffCap: "2 seconds" })
      assert.deepStrictEqual(yield* rangeAfter(1, settings), [2_000, 2_000])
      assert.deepStrictEqual(yield* rangeAfter(9, settings), [2_000, 2_000])
      const [least, most] = yield* rangeAfter(2, settingsOf({ backoffBase: "100 millis", backoffCap: "250 millis" }))
      assert.deepStrictEqual([least, most], [100, 250])
    })
  )
})

describe("after a drop it has a random wait in 0…base", () => {
  it.effect("a connection that was stable: no failure is behind it", () =>
    Effect.gen(function* () {
      const [least, most] = yield* rangeAfter(0)
      assert.deepStrictEqual([least, most], [0, 500])
      assert.closeTo(mean(yield* sample(0)), 250, 15)
    })
  )
})

describe("After ten failures in a row a team is in the slow lane: every 5 min, randomised by half", () => {
  it("after ten, not after nine", () => {
    assert.deepStrictEqual(
      [0, 1, 9, 10, 11, 1_000].map((failures) => isSlow(defaults, { failures })),
      [false, false, false, true, true, true]
    )
  })

  it.effect("from 2.5 to 7.5 min, 5 min on average, for as long as it fails: it is never given up", () =>
    Effect.gen(function* () {
      for (const failures of [10, 11, 100, 100_000]) {
        assert.deepStrictEqual(yield* rangeAfter(failures), [150_000, 450_000])
      }
      assert.closeTo(mean(yield* sample(10)), 300_000, 6_000)
    })
  )

  it.effect("as it is set", () =>
    Effect.gen(function* () {
      const settings = settingsOf({ slowAfter: 2, slowInterval: "1 minute" })
      assert.deepStrictEqual((yield* rangeAfter(1, settings))[0], 500)
      assert.deepStrictEqual((yield* rangeAfter(2, settings))[0], 30_000)
    })
  )

  it.effect("the Global connection never is: its wait is never longer than the cap (protocol row 8)", () =>
    Effect.gen(function* () {
      const waits = yield* waitsOf(globalBackoff(settingsOf({ slowAfter: 1 })), [1, 2, 10, 11, 100, 2_000])
      for (const wait of waits) assert.isTrue(wait >= 500 && wait <= 10_000, `${wait}`)
    }).pipe(Random.withSeed("global"))
  )
})

/** The waits of a schedule over sessions that end with these failures in a row; the clock tells, to the millisecond. */
const waitsOf = Effect.fnUntraced(function* (
  schedule: ReturnType<typeof backoff>,
  failures: ReadonlyArray<number>,
  upFor = 0
) {
  const begun: Array<number> = []
  const ended: Array<number> = []
  const session = Effect.gen(function* () {
    const count = failures[begun.length]
    begun.push(yield* Clock.currentTimeMillis)
    if (count === undefined) return
    yield* Effect.sleep(upFor)
    ended.push(yield* Clock.currentTimeMillis)
    return yield* Effect.fail(new Disconnected({ failures: count, reason: "test" }))
  })
  yield* Effect.forkChild(Effect.retry(session, schedule), { startImmediately: true })
  yield* TestClock.adjust("24 hours")
  return begun.slice(1).map((time, n) => time - ended[n]!)
})

describe("the named Schedule", () => {
  it.effect("waits after each session as long as its count of failures says, and keeps no count of its own", () =>
    Effect.gen(function* () {
      // Up, refused twice, up for the stable time (0), dropped, refused ten times.
      const failures = [0, 1, 2, 0, 1, 9, 10]
      const waits = yield* waitsOf(backoff(defaults), failures)
      assert.deepStrictEqual(waits, [250, 750, 1_000, 250, 750, 10_000, 300_000])
    }).pipe(drawing(0.5))
  )

  it.effect("the wait is counted from the end of the session, however long it was up", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* waitsOf(backoff(defaults), [1, 1, 0], 3_600_000), [750, 750, 250])
    }).pipe(drawing(0.5))
  )

  it.effect("recurs for ever", () =>
    Effect.gen(function* () {
      const failures = Array.from({ length: 250 }, (_, n) => n + 1)
      assert.strictEqual((yield* waitsOf(backoff(defaults), failures)).length, 250)
    }).pipe(drawing(0))
  )

  it.effect("with a seed it is the same each time, and with another one another", () =>
    Effect.gen(function* () {
      const waits = (seed: string) =>
        waitsOf(backoff(defaults), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]).pipe(
          Random.withSeed(seed),
          Effect.provide(TestClock.layer())
        )
      const first = yield* waits("one")
      assert.strictEqual(first.length, 12)
      assert.deepStrictEqual(yield* waits("one"), first)
      assert.notDeepEqual(yield* waits("two"), first)
    })
  )

  it.effect("is one plan for many: two connections on it do not disturb each other", () =>
    Effect.gen(function* () {
      const plan = backoff(defaults)
      const alone = yield* Effect.provide(waitsOf(plan, [1, 2, 3]), TestClock.layer())
      const other = yield* Effect.forkChild(waitsOf(plan, [9, 9, 9, 9]), { startImmediately: true })
      assert.deepStrictEqual(yield* Effect.provide(waitsOf(plan, [1, 2, 3]), TestClock.layer()), alone)
      other.interruptUnsafe()
    }).pipe(drawing(0.25))
  )
})

it.effect.prop(
  "whatever the settings, a wait is never shorter than it should be, and never longer than the cap or the slow lane",
  [
    Schema.Struct({
      backoffBase: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 60_000 })),
      more: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 86_340_000 })),
      slowAfter: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000 })),
      slowInterval: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 86_400_000 }))
    }),
    Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 2_000 })),
    Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: almostOne }))
  ],
  ([{ backoffBase, more, slowAfter, slowInterval }, failures, draw]) =>
    Effect.gen(function* () {
      const settings = { backoffBase, backoffCap: backoffBase + more, slowAfter, slowInterval }
      const wait = yield* drawing(draw)(waitAfter(settings, { failures }))
      const [least, most] =
        failures === 0
          ? [0, backoffBase]
          : failures >= slowAfter
            ? [slowInterval / 2, slowInterval * 1.5 + 0.5]
            : [backoffBase, settings.backoffCap]
      assert.isTrue(wait >= least && wait <= most, `${wait} is not from ${least} to ${most}`)
    }),
  { arbitrary: { runs: 500, seed: 1 } }
)
