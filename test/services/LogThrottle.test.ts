import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { LogThrottle } from "../../src/services/LogThrottle.ts"
import { type LogLine, logLines } from "../support/logLines.ts"

/** Runs a test with a throttle of its own and the lines that it has logged. */
const withLines = <A, E, R>(test: (lines: ReadonlyArray<LogLine>) => Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    const { capture, lines } = logLines()
    return test(lines).pipe(Effect.provide(LogThrottle.layer), capture)
  })

const messages = (lines: ReadonlyArray<LogLine>) => lines.map(({ message }) => message)

describe("warnings that a bad peer can cause at any rate (protocol rows 21 and 22)", () => {
  it.effect("the first of a kind is logged at once, as a warning, with what is known", () =>
    withLines(
      Effect.fnUntraced(function* (lines) {
        const { warn } = yield* LogThrottle
        yield* warn("kind", "something", { problem: "text" })
        assert.deepStrictEqual(lines, [{ level: "Warn", message: "something", annotations: { problem: "text" } }])
      })
    )
  )

  it.effect("then at most one line each ten seconds, with how many were left out before it", () =>
    withLines(
      Effect.fnUntraced(function* (lines) {
        const { warn } = yield* LogThrottle
        // Each second, for a minute.
        for (let second = 0; second <= 60; second++) {
          yield* warn("kind", `second ${second}`, { second })
          yield* TestClock.adjust("1 second")
        }
        assert.deepStrictEqual(
          lines.map(({ annotations, message }) => [message, annotations["leftOut"]]),
          [
            ["second 0", undefined],
            ["second 10", 9],
            ["second 20", 9],
            ["second 30", 9],
            ["second 40", 9],
            ["second 50", 9],
            ["second 60", 9]
          ]
        )
        assert.deepStrictEqual(lines[1]?.annotations, { second: 10, leftOut: 9 })
      })
    )
  )

  it.effect("ten seconds of quiet, and the next is logged at once, with nothing left out", () =>
    withLines(
      Effect.fnUntraced(function* (lines) {
        const { warn } = yield* LogThrottle
        yield* warn("kind", "one")
        yield* TestClock.adjust(9_999)
        yield* warn("kind", "two")
        yield* TestClock.adjust(1)
        yield* warn("kind", "three")
        yield* TestClock.adjust("1 hour")
        yield* warn("kind", "four")
        assert.deepStrictEqual(
          lines.map(({ annotations, message }) => [message, annotations]),
          [
            ["one", {}],
            ["three", { leftOut: 1 }],
            ["four", {}]
          ]
        )
      })
    )
  )

  it.effect("nor is the next held up by a wall clock that is set back", () =>
    withLines(
      Effect.fnUntraced(function* (lines) {
        const { warn } = yield* LogThrottle
        yield* TestClock.adjust("1 hour")
        yield* warn("kind", "one")
        yield* TestClock.setTime(0)
        yield* TestClock.adjust("10 seconds")
        yield* warn("kind", "two")
        assert.deepStrictEqual(messages(lines), ["one", "two"])
      })
    )
  )

  it.effect("a hundred thousand in one instant are one line", () =>
    withLines(
      Effect.fnUntraced(function* (lines) {
        const { warnUnsafe } = yield* LogThrottle
        for (let n = 0; n < 100_000; n++) warnUnsafe("kind", "flood")
        yield* TestClock.adjust("10 seconds")
        warnUnsafe("kind", "after it")
        yield* Effect.yieldNow
        assert.deepStrictEqual(messages(lines), ["flood", "after it"])
        assert.deepStrictEqual(lines[1]?.annotations, { leftOut: 99_999 })
      })
    )
  )

  it.effect("one kind does not hold up another", () =>
    withLines(
      Effect.fnUntraced(function* (lines) {
        const { warn } = yield* LogThrottle
        yield* warn("a", "first a")
        yield* warn("b", "first b")
        yield* warn("a", "second a")
        yield* warn("b", "second b")
        assert.deepStrictEqual(messages(lines), ["first a", "first b"])
      })
    )
  )

  it.effect("from a callback they count with those from an Effect, and are logged the same", () =>
    withLines(
      Effect.fnUntraced(function* (lines) {
        const { warn, warnUnsafe } = yield* LogThrottle
        warnUnsafe("kind", "from a callback", { problem: "text" })
        yield* warn("kind", "from an Effect")
        yield* Effect.yieldNow
        assert.deepStrictEqual(lines, [{ level: "Warn", message: "from a callback", annotations: { problem: "text" } }])
      })
    )
  )

  it.effect("nothing is counted, and nothing logged, before the Effect runs", () =>
    withLines(
      Effect.fnUntraced(function* (lines) {
        const { warn } = yield* LogThrottle
        const later = warn("kind", "later")
        yield* warn("kind", "now")
        yield* TestClock.adjust("10 seconds")
        yield* later
        assert.deepStrictEqual(
          lines.map(({ annotations, message }) => [message, annotations]),
          [
            ["now", {}],
            ["later", {}]
          ]
        )
      })
    )
  )
})
