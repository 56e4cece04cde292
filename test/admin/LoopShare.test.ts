import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { LoopShare } from "../../src/admin/LoopShare.ts"

/** Work that takes ten milliseconds, and says when it began. */
const work = Effect.gen(function* () {
  const began = yield* Clock.currentTimeMillis
  yield* Effect.sleep(10)
  return began
})

const forked = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.forkChild(effect, { startImmediately: true })

describe("the share of the event loop that answers take", () => {
  it.effect("is a quarter, one piece at a time, however many are asked for at once", () =>
    Effect.gen(function* () {
      const { take } = yield* LoopShare
      const asked = yield* Effect.forEach([1, 2, 3], () => forked(take(work)))
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* Effect.forEach(asked, Fiber.join), [0, 40, 80])
    }).pipe(Effect.provide(LoopShare.layer))
  )

  it.effect("costs nobody time who asks after the rest", () =>
    Effect.gen(function* () {
      const { take } = yield* LoopShare
      const first = yield* forked(take(work))
      yield* TestClock.adjust("1 second")
      const second = yield* forked(take(work))
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual([yield* Fiber.join(first), yield* Fiber.join(second)], [0, 1_000])
    }).pipe(Effect.provide(LoopShare.layer))
  )

  it.effect("refuses what comes when too much waits, and takes again what comes later", () =>
    Effect.gen(function* () {
      const { takeSoon } = yield* LoopShare
      const asked = yield* Effect.forEach(Array.from({ length: 40 }), () => forked(Effect.exit(takeSoon(work))))
      yield* TestClock.adjust("1 minute")
      const ends = yield* Effect.forEach(asked, Fiber.join)
      assert.strictEqual(ends.filter(({ _tag }) => _tag === "Success").length, 32)
      assert.strictEqual((yield* Effect.flip(ends[39]!))._tag, "TooBusy")
      const later = yield* forked(takeSoon(work))
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* Fiber.join(later), 60_000)
    }).pipe(Effect.provide(LoopShare.layer))
  )

  it.effect("goes on when work fails, and when who asked goes away", () =>
    Effect.gen(function* () {
      const { take } = yield* LoopShare
      const gone = yield* forked(take(Effect.never))
      const failing = yield* forked(Effect.exit(take(Effect.fail("no"))))
      yield* Fiber.interrupt(gone)
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* Fiber.join(failing))._tag, "Failure")
      const next = yield* forked(take(work))
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* Fiber.join(next), 1_000)
    }).pipe(Effect.provide(LoopShare.layer))
  )
})
