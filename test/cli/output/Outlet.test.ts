import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { Outlet, room } from "../../../src/cli/output/Outlet.ts"
import { Refusal, type Sink } from "../../../src/cli/output/Sink.ts"
import { shown } from "../terminal/fakeScreen.ts"

/** A sink that takes what the test says: `room` bytes until it is busy, or it refuses. */
class FakeSink implements Sink {
  room = Infinity
  refusal: Refusal["kind"] = "busy"
  written = ""
  offers = 0

  readonly write = (bytes: Uint8Array) =>
    Effect.suspend(() => {
      this.offers++
      if (this.room <= 0) return Effect.fail(new Refusal({ kind: this.refusal }))
      const taken = Math.min(bytes.length, this.room)
      this.room -= taken
      this.written += Buffer.from(bytes.subarray(0, taken)).toString("latin1")
      return Effect.succeed(taken)
    })
}

const opened = Effect.fnUntraced(function* (terminal = false) {
  const sink = new FakeSink()
  const outlet = new Outlet(sink, { isTerminal: terminal, colors: false, columns: () => 80 })
  yield* Effect.forkScoped(outlet.run)
  return { sink, outlet }
})

/** Lets what is due be written. */
const soon = TestClock.adjust("1 second")

const row = "x".repeat(99)

describe("an outlet", () => {
  it.effect("writes lines in order", () =>
    Effect.gen(function* () {
      const { outlet, sink } = yield* opened()
      outlet.write(["one", "two"])
      outlet.write(["three"])
      yield* outlet.flushed
      assert.strictEqual(sink.written, "one\ntwo\nthree\n")
    })
  )

  it.effect("holds so much while nothing is taken, drops what comes then, and counts it", () =>
    Effect.gen(function* () {
      const { outlet, sink } = yield* opened()
      sink.room = 0
      const held = Math.ceil(room / 164)
      for (let n = 0; n < held + 5_000; n++) outlet.write([row])
      yield* soon
      assert.strictEqual(outlet.dropped(), 5_000)
      sink.room = Infinity
      yield* Effect.andThen(soon, outlet.flushed)
      assert.strictEqual(sink.written.length, held * 100)
    })
  )

  it.effect("holds no more memory of many short lines", () =>
    Effect.gen(function* () {
      const { outlet, sink } = yield* opened()
      sink.room = 0
      for (let n = 0; n < 1_000_000; n++) outlet.write(["x"])
      assert.isAtLeast(outlet.dropped(), 1_000_000 - room / 64)
    })
  )

  it.effect("tells the gap once it flows again, and only once", () =>
    Effect.gen(function* () {
      const { outlet, sink } = yield* opened()
      sink.room = 0
      for (let n = 0; n < 100_000; n++) outlet.write([row])
      assert.strictEqual(outlet.gap(), 0, "there is no room to tell it")
      sink.room = Infinity
      yield* outlet.flushed
      assert.strictEqual(outlet.gap(), outlet.dropped())
      assert.strictEqual(outlet.gap(), 0)
    })
  )

  it.effect("takes a result whole that is larger than what may wait", () =>
    Effect.gen(function* () {
      const { outlet, sink } = yield* opened()
      outlet.write(["x".repeat(2 * room)])
      yield* outlet.flushed
      assert.deepStrictEqual([sink.written.length, outlet.dropped()], [2 * room + 1, 0])
    })
  )

  it.effect("asks a busy sink again, ever less often, and goes on where it was", () =>
    Effect.gen(function* () {
      const { outlet, sink } = yield* opened()
      sink.room = 3
      outlet.write(["abcdef"])
      yield* TestClock.adjust("1 hour")
      assert.isAtMost(sink.offers, 5 * 3_600 + 20)
      assert.strictEqual(sink.written, "abc")
      sink.room = Infinity
      yield* TestClock.adjust("200 millis")
      assert.strictEqual(sink.written, "abcdef\n")
    })
  )

  it.effect(
    "drops what a full disk does not take, begins a new line after half a one, and goes on when there is room",
    () =>
      Effect.gen(function* () {
        const { outlet, sink } = yield* opened()
        sink.refusal = "failed"
        sink.room = 6
        outlet.write(["first", "second", "third"])
        yield* TestClock.adjust("10 millis")
        outlet.write(["fourth"])
        yield* TestClock.adjust("500 millis")
        assert.deepStrictEqual([sink.written, outlet.dropped()], ["first\n", 2])
        sink.room = 3
        yield* TestClock.adjust("510 millis")
        assert.deepStrictEqual([sink.written, outlet.dropped()], ["first\nfou", 3])
        sink.room = Infinity
        outlet.write(["fifth"])
        yield* TestClock.adjust("1 second")
        assert.strictEqual(sink.written, "first\nfou\nfifth\n")
        assert.strictEqual(outlet.gap(), 3)
      })
  )

  it.effect("ends in peace where nobody reads any more", () =>
    Effect.gen(function* () {
      const { outlet, sink } = yield* opened()
      sink.refusal = "gone"
      sink.room = 0
      outlet.write(["one", "two"])
      yield* outlet.flushed
      outlet.write(["three"])
      outlet.show(["block"])
      yield* soon
      assert.deepStrictEqual([sink.offers, outlet.dropped(), outlet.gap()], [1, 3, 0])
    })
  )

  it.effect("keeps of a block only the newest while nothing is taken, and lines above it", () =>
    Effect.gen(function* () {
      const { outlet, sink } = yield* opened(true)
      outlet.show(["old 1", "old 2"])
      yield* outlet.flushed
      sink.room = 0
      for (let n = 0; n < 1_000; n++) {
        outlet.show([`new ${n}`])
        if (n === 500) outlet.write(["a line"])
      }
      yield* soon
      const before = sink.written.length
      sink.room = Infinity
      yield* soon
      // What was under way when the terminal was held, and then the newest.
      assert.isBelow(sink.written.length - before, 200)
      assert.deepStrictEqual(shown(sink.written), ["a line", "new 999"])
    })
  )
})

describe("the end of an outlet", () => {
  const flushed = Effect.fnUntraced(function* (outlet: Outlet) {
    return yield* Effect.forkChild(outlet.flush({ quiet: "1 second", most: "4 seconds" }), { startImmediately: true })
  })

  it.effect("comes at once where all is taken", () =>
    Effect.gen(function* () {
      const { outlet } = yield* opened()
      outlet.write(["one"])
      yield* outlet.flush({ quiet: "1 second", most: "4 seconds" })
    })
  )

  it.effect("comes at once where a full disk has taken nothing", () =>
    Effect.gen(function* () {
      const { outlet, sink } = yield* opened()
      sink.refusal = "failed"
      sink.room = 0
      outlet.write(["one"])
      yield* outlet.flush({ quiet: "1 second", most: "4 seconds" })
      assert.strictEqual(outlet.gap(), 1)
    })
  )

  it.effect("comes after a second in which nothing is taken", () =>
    Effect.gen(function* () {
      const { outlet, sink } = yield* opened()
      sink.room = 0
      outlet.write(["one"])
      const end = yield* flushed(outlet)
      yield* TestClock.adjust("999 millis")
      assert.isUndefined(end.pollUnsafe())
      yield* TestClock.adjust("1 millis")
      yield* Fiber.join(end)
    })
  )

  it.effect("comes after four, where a little is taken each time", () =>
    Effect.gen(function* () {
      const { outlet, sink } = yield* opened()
      sink.room = 0
      outlet.write([row])
      const end = yield* flushed(outlet)
      for (let n = 0; n < 7; n++) {
        sink.room = 1
        yield* TestClock.adjust("500 millis")
      }
      assert.isUndefined(end.pollUnsafe())
      yield* TestClock.adjust("500 millis")
      yield* Fiber.join(end)
    })
  )
})
