import { assert, describe, it } from "@effect/vitest"
import { Clock, Deferred, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { NoAnswer } from "../../../src/cli/client/client.ts"
import type { Status } from "../../../src/cli/client/statusLines.ts"
import { watchStatus } from "../../../src/cli/client/watchStatus.ts"
import { Host, type Signal } from "../../../src/cli/Host.ts"
import { Screen } from "../../../src/cli/terminal/Screen.ts"
import { fakeScreen } from "../terminal/fakeScreen.ts"
import { statusAt } from "./status.ts"

const gone = new NoAnswer({ address: "http://127.0.0.1:9464", problem: "no botswain answers there" })
const problem = "http://127.0.0.1:9464: no botswain answers there"

/** A watch of a process that began at 0, dies after three seconds, and is another one after six; until a signal. */
const watching = Effect.fnUntraced(function* (options: {
  readonly terminal: boolean
  readonly json?: boolean
  readonly state?: Status["fleet"]["state"]
}) {
  const screen = fakeScreen({ terminal: options.terminal, columns: 200 })
  const signal = yield* Deferred.make<Signal>()
  const look = Effect.flatMap(Clock.currentTimeMillis, (now) => {
    if (now >= 3_000 && now < 6_000) return Effect.fail(gone)
    const { fleet, trouble } = statusAt(now, now < 3_000 ? 0 : 5_500)
    return Effect.succeed({ fleet: { ...fleet, state: options.state ?? null }, trouble })
  })
  const fiber = yield* watchStatus(look, options.json ?? false).pipe(
    Effect.provideService(Screen, screen.view),
    Effect.provideService(Host, { signal: Deferred.await(signal), exit: () => Effect.never }),
    Effect.forkChild({ startImmediately: true })
  )
  const stop = Effect.andThen(Deferred.succeed(signal, "SIGINT"), Fiber.join(fiber))
  return { screen, stop }
})

/** What is seen on a terminal after that many seconds. */
const seenAfter = (seconds: number) =>
  Effect.gen(function* () {
    const { screen } = yield* watching({ terminal: true })
    yield* TestClock.adjust(seconds * 1_000)
    return screen.seen()
  })

describe("status --watch on a terminal", () => {
  it.effect("is redrawn in place each second", () =>
    Effect.gen(function* () {
      const { screen } = yield* watching({ terminal: true })
      for (const [at, messages] of [
        [0, "0"],
        [1, "1,000"],
        [2, "2,000"]
      ] as const) {
        assert.strictEqual(screen.seen().length, 6)
        assert.strictEqual(screen.seen()[5], `  messages     ${messages}, of which 7 with props`, `after ${at} s`)
        yield* TestClock.adjust("1 second")
      }
    })
  )

  it.effect("says that nobody answers any more, and as of when the rest is", () =>
    Effect.gen(function* () {
      const seen = yield* seenAfter(5)
      assert.deepStrictEqual(seen.slice(0, 3), [
        problem,
        "What follows is as of 00:00:02 UTC, 3.0 s ago.",
        "● Global up · 1,200 of 1,200 teams connected · ready"
      ])
      assert.strictEqual(seen.length, 8)
    })
  )

  it.effect("goes on with the process that answers next, and says for a minute that it is another one", () =>
    Effect.gen(function* () {
      const seen = yield* seenAfter(7)
      assert.strictEqual(seen[0], "It was restarted at 00:00:05 UTC. Its counts begin anew.")
      assert.include(seen[2], "for 1.5 s")
      assert.strictEqual(seen.length, 7)
    })
  )

  it.effect("says that the counts of each team go on, where a state is kept", () =>
    Effect.gen(function* () {
      const state = { kind: "sqlite", reason: null, trouble: null, unwritten: 0, flushedAt: null } as const
      const { screen } = yield* watching({ terminal: true, state })
      yield* TestClock.adjust("7 seconds")
      assert.strictEqual(
        screen.seen()[0],
        "It was restarted at 00:00:05 UTC. Its totals begin anew; those of each team go on."
      )
    })
  )

  it.effect("says so no longer than that", () =>
    Effect.gen(function* () {
      const seen = yield* seenAfter(66)
      assert.strictEqual(seen[0], "● Global up · 1,200 of 1,200 teams connected · ready")
    })
  )

  it.effect("ends on a signal, in peace, and leaves what was seen last", () =>
    Effect.gen(function* () {
      const { screen, stop } = yield* watching({ terminal: true })
      yield* TestClock.adjust("2 seconds")
      const before = screen.seen()
      yield* stop
      assert.deepStrictEqual(screen.seen(), [...before, ""])
      assert.include(screen.stdout(), "● Global up")
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(screen.seen(), [...before, ""], "and nothing after it")
    })
  )
})

describe("status --watch elsewhere", () => {
  it.effect("is one status below the other, and tells once that nobody answers", () =>
    Effect.gen(function* () {
      const { screen } = yield* watching({ terminal: false })
      yield* TestClock.adjust("6 seconds")
      const told = screen.stdout().split("\n\n")
      assert.deepStrictEqual(
        told.map((text) => text.split("\n")[0]),
        [
          "● Global up · 1,200 of 1,200 teams connected · ready",
          "● Global up · 1,200 of 1,200 teams connected · ready",
          "● Global up · 1,200 of 1,200 teams connected · ready",
          problem,
          "It was restarted at 00:00:05 UTC. Its counts begin anew.",
          ""
        ]
      )
      assert.strictEqual(screen.stderr(), "")
    })
  )

  it.effect("with --json is a line each second, on a terminal too", () =>
    Effect.gen(function* () {
      const { screen } = yield* watching({ terminal: true, json: true })
      yield* TestClock.adjust("6 seconds")
      const lines = screen.stdout().trimEnd().split("\n")
      assert.deepStrictEqual(
        lines.map((line) => JSON.parse(line)).map(({ fleet, problem }) => fleet?.began ?? problem),
        [0, 0, 0, problem, problem, problem, 5_500]
      )
    })
  )
})
