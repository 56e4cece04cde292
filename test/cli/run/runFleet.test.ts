import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Layer, Ref, Runtime } from "effect"
import { TestClock } from "effect/testing"
import { Host, type Signal } from "../../../src/cli/Host.ts"
import { runFleet } from "../../../src/cli/run/runFleet.ts"
import * as Logging from "../../../src/cli/terminal/logging.ts"
import { Screen } from "../../../src/cli/terminal/Screen.ts"
import { Fleet, type FleetStatus } from "../../../src/services/Fleet.ts"
import { Settings } from "../../../src/services/Settings.ts"
import { withoutJournal } from "../../support/ledgers.ts"
import { fakeScreen } from "../terminal/fakeScreen.ts"

const totals = { messages: 3, props: 1, incidents: {} }
const status: FleetStatus = {
  global: "up",
  census: { wanted: 2, departed: 0, connected: 2, failing: 0, slowRetry: 0, unconfirmed: 0, denied: 0 },
  totals,
  journal: withoutJournal
}

const settings = Settings.layer({ url: "ws://chat.example/global?key=s3cret", drainTimeout: "2 seconds" })

/** Runs a fleet whose goodbye, signals and drain the test decides; what it counts while it drains is in the report. */
const start = Effect.fnUntraced(function* (options: { readonly drain?: Effect.Effect<void> } = {}) {
  const goodbye = yield* Deferred.make<void>()
  const signal = yield* Deferred.make<Signal>()
  const exits: Array<number> = []
  const events: Array<string> = []
  const messages = yield* Ref.make(3)
  const fleet = Layer.effect(
    Fleet,
    Effect.gen(function* () {
      const drain = Effect.andThen(Ref.set(messages, 5), options.drain ?? Effect.void)
      yield* Effect.addFinalizer(() =>
        Effect.andThen(
          drain,
          Effect.sync(() => events.push("drained"))
        )
      )
      return {
        goodbye: Deferred.await(goodbye),
        ended: Effect.never,
        status: Effect.map(Ref.get(messages), (count) => ({ ...status, totals: { ...totals, messages: count } })),
        health: Effect.succeed([])
      }
    })
  )
  const screen = fakeScreen({ terminal: false })
  const fiber = yield* runFleet(Layer.merge(fleet, settings)).pipe(
    Effect.provide(Logging.layer("pretty", "Info")),
    Effect.provideService(Screen, screen.view),
    Effect.provideService(Host, {
      signal: Deferred.await(signal),
      exit: (code) =>
        Effect.andThen(
          Effect.sync(() => exits.push(code)),
          Effect.never
        )
    }),
    Effect.forkChild({ startImmediately: true })
  )
  yield* TestClock.adjust("3 seconds")
  return { goodbye: Deferred.succeed(goodbye, undefined), signal, exits, events, fiber, screen }
})

describe("runFleet", () => {
  it.effect("runs until the server says goodbye, and reports with what came during the drain", () =>
    Effect.gen(function* () {
      const { events, exits, fiber, goodbye } = yield* start()
      assert.isUndefined(fiber.pollUnsafe())
      yield* goodbye
      assert.deepStrictEqual(yield* Fiber.join(fiber), {
        endedBy: "goodbye",
        duration: 3000,
        census: status.census,
        totals: { ...totals, messages: 5 },
        journal: withoutJournal
      })
      assert.deepStrictEqual(events, ["drained"])
      assert.deepStrictEqual(exits, [])
    })
  )

  it.effect("ends in peace on a signal, and says how to end at once", () =>
    Effect.gen(function* () {
      const { events, fiber, screen, signal } = yield* start()
      yield* Deferred.succeed(signal, "SIGTERM")
      assert.strictEqual((yield* Fiber.join(fiber)).endedBy, "SIGTERM")
      assert.deepStrictEqual(events, ["drained"])
      assert.include(screen.stderr(), "SIGTERM: closes every connection; once more to end at once")
    })
  )

  it.effect("ends the process with 1 if the drain hangs, some seconds after its time", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      const { exits, fiber, goodbye, screen } = yield* start({ drain: Deferred.await(gate) })
      yield* goodbye
      yield* TestClock.adjust("5999 millis")
      assert.deepStrictEqual(exits, [])
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(exits, [1])
      assert.include(screen.stderr(), "ERROR the drain hangs")
      yield* Deferred.succeed(gate, undefined)
      yield* Fiber.join(fiber)
    })
  )

  it.effect("says which server it is, and nothing more of its URL", () =>
    Effect.gen(function* () {
      const { fiber, goodbye, screen } = yield* start()
      yield* goodbye
      yield* Fiber.join(fiber)
      assert.include(screen.stderr(), "keeps the fleet server=ws://chat.example:80\n")
      assert.notInclude(screen.stderr(), "s3cret")
    })
  )

  it.effect("is stopped by a signal while its layer is being built", () =>
    Effect.gen(function* () {
      const slow = Layer.effect(Fleet, Effect.never)
      const error = yield* runFleet(Layer.merge(slow, settings)).pipe(
        Effect.provideService(Screen, fakeScreen({ terminal: false }).view),
        Effect.provideService(Host, { signal: Effect.succeed("SIGINT" as const), exit: () => Effect.never }),
        Effect.flip
      )
      assert.strictEqual(error.message, "stopped by SIGINT before the end")
      assert.strictEqual(Runtime.getErrorExitCode(error), 130)
    })
  )

  it.effect("fails as the fleet does", () =>
    Effect.gen(function* () {
      const broken = Layer.effect(Fleet, Effect.die("broken"))
      const exit = yield* runFleet(Layer.merge(broken, settings)).pipe(
        Effect.provideService(Screen, fakeScreen({ terminal: false }).view),
        Effect.provideService(Host, { signal: Effect.never, exit: () => Effect.never }),
        Effect.exit
      )
      assert.isTrue(Exit.hasDies(exit))
    })
  )
})
