import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Layer, Random } from "effect"
import { TestClock } from "effect/testing"
import * as StatsMemory from "../../../src/layers/StatsMemory.ts"
import * as TeamRegistryMemory from "../../../src/layers/TeamRegistryMemory.ts"
import { Descriptors } from "../../../src/services/Descriptors.ts"
import { DialError } from "../../../src/services/DialError.ts"
import { DialControl } from "../../../src/services/dialing/DialControl.ts"
import { defaults } from "../../../src/services/dialing/policy/DialPolicy.ts"
import { Turn } from "../../../src/services/dialing/Turn.ts"
import { GlobalDown } from "../../../src/services/GlobalLink.ts"
import { LogThrottle } from "../../../src/services/LogThrottle.ts"
import { AskFailed } from "../../../src/services/Offers.ts"
import { Stats } from "../../../src/services/Stats.ts"
import type { TeamId } from "../../../src/wire/TeamId.ts"
import { outOfDescriptors } from "../../support/descriptors.ts"
import { logLines } from "../../support/logLines.ts"
import { endpointOf, settings } from "../../support/settings.ts"

const endpoint = endpointOf("ws://host.example/1")

/** A machine that has room for so many dials, and notes what they lacked. */
const machine = (room: (sockets: number) => number = () => Infinity, lacked: Array<string> = []) =>
  Layer.succeed(Descriptors, { ...outOfDescriptors, room, ranOut: (code) => void lacked.push(code) })

const withControl =
  (ours = machine()) =>
  <A, E>(test: Effect.Effect<A, E, DialControl | Stats>) =>
    test.pipe(
      Effect.provide(
        DialControl.layer.pipe(
          Layer.provide(TeamRegistryMemory.layer),
          Layer.provideMerge(StatsMemory.layer),
          Layer.provide([ours, LogThrottle.layer, settings()])
        )
      ),
      Random.withSeed("botswain")
    )

const refused = () => new DialError({ reason: "refused", detail: "HTTP status 503" })

const unheld = () => {}

/** Lets what takes no time happen. */
const soon = Effect.repeat(TestClock.adjust(0), { times: 3 })

/** Dials for a team, in a fiber, in a way that the test decides on. */
const dialling = Effect.fnUntraced(function* (team: TeamId, onHeld: (why: string) => void = unheld) {
  const control = yield* DialControl
  const turn = new Turn(team)
  const outcome = yield* Deferred.make<string, DialError>()
  const fiber = yield* Effect.forkChild(Deferred.await(outcome).pipe(control.dial(turn, endpoint, onHeld)))
  return { turn, fiber, end: (exit: Exit.Exit<string, DialError>) => Deferred.done(outcome, exit) }
})

describe("a dial", () => {
  it.effect("is in flight from its turn until the first frame of its connection", () =>
    Effect.gen(function* () {
      const control = yield* DialControl
      const { end, turn } = yield* dialling(1)
      yield* soon
      assert.deepStrictEqual(control.load().dials, { inFlight: 1, waiting: 0 })
      yield* end(Exit.succeed("open"))
      yield* soon
      assert.strictEqual(control.load().dials.inFlight, 1, "a handshake is no success yet")
      control.answered(turn)
      control.greeted(turn)
      assert.strictEqual(control.load().dials.inFlight, 0)
    }).pipe(withControl())
  )

  it.effect("that is interrupted leaves nothing behind, be it while it waits or in flight", () =>
    Effect.gen(function* () {
      const control = yield* DialControl
      const fibers = yield* Effect.forEach(
        Array.from({ length: 200 }, (_, id) => id),
        (id) => dialling(id)
      )
      yield* soon
      const { inFlight, waiting } = control.load().dials
      assert.strictEqual(inFlight + waiting, 200)
      assert.isAbove(inFlight, 0)
      assert.isAbove(waiting, 0)
      yield* Fiber.interruptAll(fibers.map(({ fiber }) => fiber))
      for (const { turn } of fibers) control.leave(turn)
      assert.deepStrictEqual(control.load().dials, { inFlight: 0, waiting: 0 })
    }).pipe(withControl())
  )

  it.effect("that lacks something of our own machine is told to it, and blames nobody", () => {
    const lacked: Array<string> = []
    return Effect.gen(function* () {
      const stats = yield* Stats
      for (let id = 0; id < 100; id++) {
        const { end, fiber, turn } = yield* dialling(id)
        yield* TestClock.adjust(defaults.pause)
        yield* end(Exit.fail(new DialError({ reason: "local", detail: "EMFILE" })))
        assert.isTrue(Exit.isFailure(yield* Fiber.await(fiber)))
        assert.strictEqual(turn.dial?.fails, 0)
      }
      assert.deepStrictEqual(
        lacked,
        Array.from({ length: 100 }, () => "EMFILE")
      )
      assert.strictEqual((yield* stats.totals).incidents["circuit.opened"], undefined)
    }).pipe(withControl(machine(undefined, lacked)))
  })

  it.effect("waits while there is no room for a socket, and begins when there is", () => {
    let room = 1
    const asked: Array<number> = []
    const ours = machine((sockets) => {
      asked.push(sockets)
      return room
    })
    return Effect.gen(function* () {
      const control = yield* DialControl
      yield* dialling(1)
      yield* soon
      room = 0
      yield* dialling(2)
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(control.load().dials, { inFlight: 1, waiting: 1 })
      assert.strictEqual(asked.at(-1), 1, "sockets of teams")
      assert.isAtMost(asked.length, 25, "it looks about once a second")
      room = 1
      yield* TestClock.adjust("1 second")
      assert.strictEqual(control.load().dials.waiting, 0)
    }).pipe(withControl(ours))
  })

  it.effect("counts its socket until the connection has ended", () => {
    const asked: Array<number> = []
    const ours = machine((sockets) => {
      asked.push(sockets)
      return Infinity
    })
    return Effect.gen(function* () {
      const control = yield* DialControl
      const { end, turn } = yield* dialling(1)
      yield* soon
      yield* end(Exit.succeed("open"))
      control.greeted(turn)
      yield* dialling(2)
      yield* soon
      assert.strictEqual(asked.at(-1), 1)
      control.ended(turn, "closed", false)
      yield* dialling(3)
      yield* soon
      assert.strictEqual(asked.at(-1), 1, "that of team 2")
    }).pipe(withControl(ours))
  })
})

describe("a host that most dials fail at", () => {
  it.effect("is told once, in the log and the tally, and to each team that waits", () => {
    const { capture, lines } = logLines()
    return Effect.gen(function* () {
      const held: Array<string> = []
      const teams = 300
      for (let id = 0; id < teams; id++) {
        const { end } = yield* dialling(id, (why) => void held.push(why))
        yield* end(Exit.fail(refused()))
      }
      yield* TestClock.adjust("5 seconds")
      const told = lines.filter(({ message }) => String(message).startsWith("most dials to a host fail"))
      assert.deepStrictEqual(
        told.map(({ annotations }) => [annotations["target"], annotations["lastFailure"]]),
        [["host.example:80", "refused: HTTP status 503"]]
      )
      assert.strictEqual((yield* (yield* Stats).totals).incidents["circuit.opened"], 1)
      assert.isAbove(held.length, teams / 3)
      assert.isTrue(held.every((why) => why === "refused: HTTP status 503"))
    }).pipe(withControl(), capture)
  })
})

describe("an ask", () => {
  it.effect("that is lost with the Global connection blames nobody; one that fails does", () =>
    Effect.gen(function* () {
      const control = yield* DialControl
      const asking = (turn: Turn, error: AskFailed | GlobalDown) =>
        Effect.exit(Effect.fail(error).pipe(control.ask(turn, unheld)))
      const [lost, failed] = [new Turn(1), new Turn(2)]
      for (const [turn, error] of [
        [lost, new GlobalDown()],
        [failed, new AskFailed({ reason: "error" })]
      ] as const) {
        const fiber = yield* Effect.forkChild(asking(turn, error))
        yield* TestClock.adjust("1 second")
        yield* Fiber.join(fiber)
      }
      assert.deepStrictEqual([lost.ask?.fails, failed.ask?.fails], [0, 1])
    }).pipe(withControl())
  )

  it.effect("that is answered is forgotten, so that a team that is up holds no place", () =>
    Effect.gen(function* () {
      const control = yield* DialControl
      const turn = new Turn(1)
      const fiber = yield* Effect.forkChild(Effect.succeed("ws://…").pipe(control.ask(turn, unheld)))
      yield* soon
      yield* Fiber.join(fiber)
      assert.deepStrictEqual([turn.ask, turn.hasBeenOffered], [undefined, true])
    }).pipe(withControl())
  )
})
