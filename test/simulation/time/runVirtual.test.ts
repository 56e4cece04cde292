import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Random } from "effect"
import { runVirtual } from "../../../src/simulation/time/runVirtual.ts"
import { VirtualTime } from "../../../src/simulation/time/VirtualTime.ts"

/** Tells what happens, and when. */
const makeLog = () => {
  const lines: Array<string> = []
  const tell = (what: string) =>
    Effect.map(Clock.currentTimeMillis, (now) => {
      lines.push(`${now} ${what}`)
    })
  return { lines, tell }
}

describe("virtual time", () => {
  it.live("passes at once, and in order", () =>
    Effect.gen(function* () {
      const { lines, tell } = makeLog()
      yield* runVirtual(
        1,
        Effect.gen(function* () {
          yield* Effect.forkChild(Effect.delay(tell("an hour"), "1 hour"))
          yield* Effect.forkChild(Effect.delay(tell("a minute"), "1 minute"))
          yield* Effect.sleep("1 day")
          yield* tell("a day")
        })
      )
      assert.deepStrictEqual(lines, ["60000 a minute", "3600000 an hour", "86400000 a day"])
    })
  )

  it.live("a timer that is cancelled does not fire", () =>
    Effect.gen(function* () {
      const { lines, tell } = makeLog()
      yield* runVirtual(1, Effect.andThen(Effect.timeoutOption(Effect.delay(tell("late"), 100), 50), Effect.sleep(200)))
      assert.deepStrictEqual(lines, [])
    })
  )

  it.live("chance comes from the seed, and decides between timers of one instant", () =>
    Effect.gen(function* () {
      const order = (seed: number) =>
        Effect.gen(function* () {
          const { lines, tell } = makeLog()
          yield* runVirtual(
            seed,
            Effect.gen(function* () {
              for (const name of "abcdef") yield* Effect.forkChild(Effect.delay(tell(name), 10))
              yield* Effect.sleep(20)
              yield* tell(String(yield* Random.next))
            })
          )
          return lines.join()
        })
      assert.strictEqual(yield* order(1), yield* order(1))
      assert.notStrictEqual((yield* order(1)).slice(0, 30), (yield* order(2)).slice(0, 30))
    })
  )

  it.live("promises are settled, and a program that waits for nothing is told from one that waits", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        yield* runVirtual(
          1,
          Effect.promise(() => Promise.resolve(7))
        ),
        7
      )
      const stuck = yield* Effect.flip(runVirtual(1, Effect.andThen(Effect.sleep("1 second"), Effect.never)))
      assert.strictEqual(stuck._tag, "Deadlock")
      assert.strictEqual(stuck.at, 1_000)
    })
  )
})

describe("the fleet's event loop", () => {
  for (const first of ["timers", "frames"] as const) {
    it.live(`stalls, and then its ${first} come first`, () =>
      Effect.gen(function* () {
        const { lines, tell } = makeLog()
        yield* runVirtual(
          1,
          Effect.gen(function* () {
            const time = yield* VirtualTime
            yield* time.inFleet(
              Effect.forkChild(Effect.delay(tell("the fleet's timer"), 50), { startImmediately: true })
            )
            yield* Effect.forkChild(Effect.delay(tell("the world's timer"), 50))
            time.stall(100, first)
            const now = () => time.now()
            time.read(() => void lines.push(`${now()} a frame`))
            assert.isTrue(time.hasUnread())
            yield* Effect.sleep(60)
            assert.strictEqual(time.stalledMillis(), 60)
            assert.isTrue(time.isStalled())
            yield* Effect.sleep(100)
            assert.strictEqual(time.stalledMillis(), 100)
            assert.isFalse(time.isStalled())
            time.read(() => void lines.push(`${now()} another`))
          })
        )
        const late = ["100 the fleet's timer", "100 a frame"]
        assert.deepStrictEqual(lines, [
          "50 the world's timer",
          ...(first === "timers" ? late : late.toReversed()),
          "160 another"
        ])
      })
    )
  }

  it.live("its fibers and timers are counted, until they end", () =>
    runVirtual(
      1,
      Effect.gen(function* () {
        const time = yield* VirtualTime
        const fiber = yield* time.inFleet(Effect.forkDetach(Effect.sleep("1 second"), { startImmediately: true }))
        assert.deepStrictEqual(time.remains(), { fibers: 1, timers: 1 })
        yield* Effect.forkChild(Effect.never)
        assert.deepStrictEqual(time.remains(), { fibers: 1, timers: 1 })
        yield* Effect.sleep("2 seconds")
        assert.isDefined(fiber.pollUnsafe())
        assert.deepStrictEqual(time.remains(), { fibers: 0, timers: 0 })
      })
    )
  )
})
