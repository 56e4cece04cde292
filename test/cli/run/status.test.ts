import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Ref } from "effect"
import { TestClock } from "effect/testing"
import { statusFields, statusLine } from "../../../src/cli/run/statusLine.ts"
import { watchFleet } from "../../../src/cli/run/watchFleet.ts"
import { counted, grouped, listed, rate, span } from "../../../src/cli/terminal/format.ts"
import * as Logging from "../../../src/cli/terminal/logging.ts"
import { Meter } from "../../../src/cli/terminal/Meter.ts"
import { render } from "../../../src/cli/terminal/render.ts"
import { Screen } from "../../../src/cli/terminal/Screen.ts"
import { Fleet, type FleetStatus } from "../../../src/services/Fleet.ts"
import { diskFull, withoutJournal } from "../../support/ledgers.ts"
import { fakeScreen } from "../terminal/fakeScreen.ts"

const status = (messages: number): FleetStatus => ({
  global: "up",
  census: { wanted: 120, departed: 3, connected: 118, failing: 2, slowRetry: 1, unconfirmed: 0, denied: 0 },
  totals: { messages, props: 1, incidents: {} },
  journal: withoutJournal
})

/** Watches a fleet that counts ten messages in each second, for that many seconds. */
const watched = (terminal: boolean, seconds: number) =>
  Effect.gen(function* () {
    const screen = fakeScreen({ terminal, columns: 120 })
    const messages = yield* Ref.make(0)
    const fleet = {
      goodbye: Effect.never,
      ended: Effect.never,
      status: Effect.map(Ref.get(messages), status),
      health: Effect.succeed([])
    }
    const fiber = yield* watchFleet.pipe(
      Effect.provide(Logging.layer("pretty", "Info")),
      Effect.provideService(Fleet, fleet),
      Effect.provideService(Screen, screen.view),
      Effect.forkChild({ startImmediately: true })
    )
    for (let second = 0; second < seconds; second++) {
      yield* Ref.update(messages, (count) => count + 10)
      yield* TestClock.adjust("1 second")
    }
    const seen = screen.seen()
    yield* Fiber.interrupt(fiber)
    return { seen, after: screen.seen(), stderr: screen.stderr() }
  })

describe("the status of a fleet", () => {
  it("in one line", () => {
    assert.strictEqual(
      render(statusLine(status(1_204_233), 342.4), false),
      "● Global up · 118/120 teams connected · 2 failing (1 slow) · 342 messages/s · 1,204,233 in all"
    )
    const calm = { ...status(7), global: "down" as const, census: { ...status(7).census, failing: 0, connected: 0 } }
    assert.strictEqual(
      render(statusLine(calm, 0.25), false),
      "○ Global down · 0/120 teams connected · 0.3 messages/s · 7 in all"
    )
  })

  it("in one line names teams that are unconfirmed, and a state that is not written", () => {
    const { census, ...rest } = status(7)
    const some = { ...rest, census: { ...census, failing: 0, slowRetry: 0, unconfirmed: 7, denied: 2 } }
    assert.strictEqual(
      render(statusLine({ ...some, journal: diskFull }, 1), false),
      "● Global up · 118/120 teams connected · 7 unconfirmed (2 denied) · state not written · 1.0 messages/s · 7 in all"
    )
    assert.deepInclude(statusFields({ ...some, journal: diskFull }, 1), { state: "full", unwritten: 12, denied: 2 })
    assert.notProperty(statusFields(some, 1), "state")
  })

  it.effect("is redrawn in place on a terminal, with the rate of the last two seconds, and is gone at the end", () =>
    Effect.gen(function* () {
      const { after, seen } = yield* watched(true, 5)
      assert.deepStrictEqual(seen, [
        "● Global up · 118/120 teams connected · 2 failing (1 slow) · 10 messages/s · 50 in all"
      ])
      assert.deepStrictEqual(after, [""])
    })
  )

  it.effect("is a line of log every 30 s elsewhere", () =>
    Effect.gen(function* () {
      const { stderr } = yield* watched(false, 89)
      const lines = stderr.trimEnd().split("\n")
      assert.strictEqual(lines.length, 2)
      assert.strictEqual(
        lines[1],
        "00:01:00.000 INFO  fleet global=up teams=120 connected=118 failing=2 slow=1 departed=3 unconfirmed=0 denied=0 messages=600 props=1 perSecond=10"
      )
    })
  )
})

describe("Meter", () => {
  it("gives the rate over its window, and forgets what is older", () => {
    const meter = new Meter(2000)
    assert.strictEqual(meter.read(0, 100), 0)
    assert.strictEqual(meter.read(1000, 110), 10)
    assert.strictEqual(meter.read(2000, 130), 15)
    assert.strictEqual(meter.read(3000, 130), 10)
    assert.strictEqual(meter.read(4000, 130), 0)
    assert.strictEqual(meter.read(64_000, 190), 1, "over the pause, if there was one")
  })
})

describe("format", () => {
  it("says numbers and spans as people do", () => {
    assert.strictEqual(grouped(1_234_567), "1,234,567")
    assert.deepStrictEqual([rate(0), rate(0.26), rate(9.96), rate(1500.4)], ["0", "0.3", "10.0", "1,500"])
    assert.deepStrictEqual([counted(1, "team"), counted(2, "team")], ["1 team", "2 teams"])
    assert.deepStrictEqual(
      [span(400), span(20_400), span(185_000), span(7_440_000), span(266_400_000)],
      ["400 ms", "20.4 s", "3 min 5 s", "2 h 4 min", "3 d 2 h"]
    )
    assert.deepStrictEqual([listed([], "or"), listed(["a"], "or"), listed([1, 2, 3], "and")], ["", "a", "1, 2 and 3"])
  })
})
