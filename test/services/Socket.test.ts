import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Exit, Fiber, Schema, Scope } from "effect"
import { TestClock } from "effect/testing"
import { DialError } from "../../src/services/DialError.ts"
import { open, type Receiver } from "../../src/services/Socket.ts"
import { fakeSocket, type FakeConnection, type PeerOptions } from "../support/fakeSocket.ts"
import { endpointOf } from "../support/settings.ts"
import { stepByStep } from "../support/turns.ts"

const timeouts = { connectTimeout: 10_000, drainTimeout: 5_000 }
const request = { endpoint: endpointOf("ws://team.example/1"), allowsAddress: () => true }

/** Hears nothing but the end. */
const listener = () => {
  const closes: Array<number> = []
  const receiver: Receiver = { onFrame: () => {}, onControl: () => {}, onClosed: ({ code }) => void closes.push(code) }
  return { closes, receiver }
}

/** Opens a connection in a fiber, and in a Scope that it closes when it is interrupted. */
const holder = Effect.fnUntraced(function* (options: PeerOptions = {}) {
  const { begun, layer } = fakeSocket(options)
  const { closes, receiver } = listener()
  let held: FakeConnection | undefined
  const fiber = yield* Effect.forkChild(
    open(request, receiver, timeouts).pipe(
      Effect.tap((connection) => Effect.sync(() => void (held = connection as FakeConnection))),
      Effect.andThen(Effect.never),
      Effect.scoped,
      Effect.provide(layer)
    ),
    { startImmediately: true }
  )
  const [connection] = begun
  return { fiber, connection: connection!, begun, closes, held: () => held }
})

/** Milliseconds that an effect takes, while time passes. */
const timed = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const began = yield* Clock.currentTimeMillis
    const fiber = yield* Effect.forkChild(Effect.andThen(effect, Clock.currentTimeMillis), { startImmediately: true })
    yield* TestClock.adjust("1 minute")
    return (yield* Fiber.join(fiber)) - began
  })

describe("opening (protocol row 14)", () => {
  it.effect("gives the connection when the handshake is done", () =>
    Effect.gen(function* () {
      const { begun, connection, fiber, held } = yield* holder()
      yield* TestClock.adjust(9_999)
      assert.isUndefined(held())
      connection.accept()
      yield* Effect.yieldNow
      assert.strictEqual(held(), connection)
      yield* TestClock.adjust("1 hour")
      assert.isUndefined(fiber.pollUnsafe())
      assert.strictEqual(begun.length, 1)
      assert.deepStrictEqual(connection.calls, [])
      assert.deepStrictEqual(connection.request, request)
    })
  )

  it.effect("fails with what the handshake failed with, at once", () =>
    Effect.gen(function* () {
      const { connection, fiber } = yield* holder()
      connection.refuse()
      const error = yield* Effect.flip(Fiber.join(fiber))
      assert.deepStrictEqual(error, new DialError({ reason: "refused", detail: "HTTP status 403" }))
      assert.isTrue(connection.hasEnded)
    })
  )

  it.effect("fails when the handshake has not been answered in the connect timeout, and drops it", () =>
    Effect.gen(function* () {
      const { connection, fiber } = yield* holder()
      yield* TestClock.adjust(9_999)
      assert.isUndefined(fiber.pollUnsafe())
      assert.deepStrictEqual(connection.calls, [])
      yield* TestClock.adjust(1)
      const error = yield* Effect.flip(Fiber.join(fiber))
      assert.strictEqual(error.reason, "timeout")
      assert.notInclude(error.message, "team.example")
      assert.deepStrictEqual(connection.calls, ["terminate"])
      assert.isTrue(connection.hasEnded)
    })
  )

  it.effect("fails only when the socket is gone, so that the next dial is not a second one", () =>
    Effect.gen(function* () {
      const { connection, fiber } = yield* holder({ goneAfter: 300 })
      yield* TestClock.adjust(10_299)
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust(1)
      assert.strictEqual((yield* Effect.flip(Fiber.join(fiber))).reason, "timeout")
      assert.isTrue(connection.hasEnded)
    })
  )

  it.effect("begins nothing before it is run, and a connection of its own each time", () =>
    Effect.gen(function* () {
      const { begun, layer } = fakeSocket()
      const opening = Effect.provide(Effect.scoped(open(request, listener().receiver, timeouts)), layer)
      assert.strictEqual(begun.length, 0)
      const fibers = [
        yield* Effect.forkChild(opening, { startImmediately: true }),
        yield* Effect.forkChild(opening, { startImmediately: true })
      ]
      assert.strictEqual(begun.length, 2)
      for (const connection of begun) connection.accept()
      for (const fiber of fibers) yield* Fiber.join(fiber)
      assert.isTrue(begun.every(({ hasEnded }) => hasEnded))
    })
  )
})

describe("closing", () => {
  it.effect("says 1000, and is done when the peer has answered", () =>
    Effect.gen(function* () {
      const { closes, connection, fiber } = yield* holder()
      connection.accept()
      yield* Effect.yieldNow
      assert.strictEqual(yield* timed(Fiber.interrupt(fiber)), 0)
      assert.deepStrictEqual(connection.calls, ["close 1000"])
      assert.deepStrictEqual(closes, [1000])
    })
  )

  it.effect("waits for an answer as long as the drain timeout, and then terminates", () =>
    Effect.gen(function* () {
      const { closes, connection, fiber } = yield* holder({ answersClose: false })
      connection.accept()
      yield* Effect.yieldNow
      assert.strictEqual(yield* timed(Fiber.interrupt(fiber)), 5_000)
      assert.deepStrictEqual(connection.calls, ["close 1000", "terminate"])
      assert.deepStrictEqual(closes, [1006])
    })
  )

  it.effect("does not terminate, if the answer comes within it", () =>
    Effect.gen(function* () {
      const { connection, fiber } = yield* holder({ answersClose: false })
      connection.accept()
      yield* Effect.yieldNow
      const closing = yield* Effect.forkChild(Fiber.interrupt(fiber), { startImmediately: true })
      yield* TestClock.adjust(4_999)
      assert.isUndefined(closing.pollUnsafe())
      connection.end(1000)
      yield* Fiber.join(closing)
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(connection.calls, ["close 1000"])
    })
  )

  it.effect("is done when the socket is gone, however it ends", () =>
    Effect.gen(function* () {
      const { connection, fiber } = yield* holder({ answersClose: false, goneAfter: 200 })
      connection.accept()
      yield* Effect.yieldNow
      assert.strictEqual(yield* timed(Fiber.interrupt(fiber)), 5_200)
      assert.isTrue(connection.hasEnded)
    })
  )

  it.effect("takes no time for a connection that the peer has ended", () =>
    Effect.gen(function* () {
      const { connection, fiber } = yield* holder({ answersClose: false })
      connection.accept()
      yield* Effect.yieldNow
      connection.end(4000)
      assert.strictEqual(yield* timed(Fiber.interrupt(fiber)), 0)
      assert.notInclude(connection.calls, "terminate")
    })
  )

  it.effect("happens when the Scope of the caller closes, whatever the outcome, and not before", () =>
    Effect.gen(function* () {
      for (const exit of [Exit.void, Exit.fail("over"), Exit.die("a bug")]) {
        const { begun, layer } = fakeSocket()
        const scope = yield* Scope.make()
        const opening = yield* Effect.forkChild(
          open(request, listener().receiver, timeouts).pipe(Scope.provide(scope), Effect.provide(layer)),
          { startImmediately: true }
        )
        begun[0]!.accept()
        yield* Fiber.join(opening)
        assert.isTrue(begun[0]!.isOpen())
        yield* Scope.close(scope, exit)
        assert.isTrue(begun[0]!.hasEnded)
      }
    })
  )

  it.effect("of a fleet takes as long as that of its slowest: all are closed at the same time", () =>
    Effect.gen(function* () {
      const holders = yield* Effect.forEach(Array.from({ length: 50 }), () => holder({ answersClose: false }))
      for (const { connection } of holders) connection.accept()
      yield* Effect.yieldNow
      assert.strictEqual(yield* timed(Fiber.interruptAll(holders.map(({ fiber }) => fiber))), 5_000)
    })
  )
})

describe("an interruption leaves nothing behind", () => {
  it.effect("while the handshake is under way: it is dropped at once", () =>
    Effect.gen(function* () {
      const { connection, fiber } = yield* holder()
      yield* TestClock.adjust("3 seconds")
      assert.strictEqual(yield* timed(Fiber.interrupt(fiber)), 0)
      assert.deepStrictEqual(connection.calls, ["terminate"])
      assert.isTrue(connection.hasEnded)
    })
  )

  it.effect("in the instant that the handshake is done, before or after it", () =>
    Effect.gen(function* () {
      for (const first of ["accept", "interrupt"]) {
        const { connection, fiber, held } = yield* holder()
        const acts = [() => connection.accept(), () => fiber.interruptUnsafe()]
        for (const act of first === "accept" ? acts : acts.toReversed()) act()
        yield* TestClock.adjust("1 minute")
        assert.isDefined(fiber.pollUnsafe(), first)
        assert.isTrue(connection.hasEnded, first)
        if (first === "interrupt") assert.isUndefined(held())
      }
    })
  )

  it.effect("in the instant that the timeout strikes", () =>
    Effect.gen(function* () {
      const { connection, fiber } = yield* holder({ goneAfter: 100 })
      yield* TestClock.adjust(10_000)
      yield* Effect.forkChild(Fiber.interrupt(fiber), { startImmediately: true })
      yield* TestClock.adjust("1 minute")
      assert.isDefined(fiber.pollUnsafe())
      assert.isTrue(connection.hasEnded)
    })
  )

  it.effect("while it is hanging up: the timeouts hold", () =>
    Effect.gen(function* () {
      const { connection, fiber } = yield* holder({ answersClose: false, goneAfter: 100 })
      connection.accept()
      yield* Effect.yieldNow
      fiber.interruptUnsafe()
      yield* TestClock.adjust("2 seconds")
      fiber.interruptUnsafe()
      yield* TestClock.adjust(3_099)
      assert.isFalse(connection.hasEnded)
      yield* TestClock.adjust(1)
      assert.isTrue(connection.hasEnded)
      assert.isDefined(fiber.pollUnsafe())
    })
  )

  it.effect("at every point of its way, before and after the handshake is done", () =>
    Effect.gen(function* () {
      const longest = 150
      const outcomes: Array<string> = []
      for (let point = 0; point < longest; point++) {
        const { begun, layer } = fakeSocket()
        let held = false
        const fiber = yield* open(request, listener().receiver, timeouts).pipe(
          Effect.andThen(Effect.sync(() => void (held = true))),
          Effect.andThen(Effect.never),
          Effect.scoped,
          Effect.provide(layer),
          stepByStep,
          Effect.forkChild
        )
        for (let turn = 0; turn < point; turn++) {
          begun[0]?.accept()
          yield* Effect.yieldNow
        }
        outcomes.push(held ? "held" : begun.length > 0 ? "begun" : "not begun")
        yield* Fiber.interrupt(fiber)
        assert.isTrue(
          begun.every(({ hasEnded }) => hasEnded),
          `interrupted at point ${point}`
        )
      }
      assert.deepStrictEqual([...new Set(outcomes)], ["not begun", "begun", "held"])
    })
  )

  const instants = Schema.Literals([0, 1, 50, 9_999, 10_000, 10_001, 12_000, 14_999, 15_000, 15_001, 30_000])

  it.effect.prop(
    "whatever comes when, and in whatever order within an instant",
    [
      Schema.Struct({
        accepted: Schema.NullOr(instants),
        refused: Schema.NullOr(instants),
        ended: Schema.NullOr(instants),
        interrupted: instants,
        answersClose: Schema.Boolean,
        goneAfter: Schema.Literals([0, 1, 1000]),
        // Whether the network's timers were set before those of the connection, and so strike first.
        networkFirst: Schema.Boolean
      })
    ],
    ([{ accepted, answersClose, ended, goneAfter, interrupted, networkFirst, refused }]) =>
      Effect.gen(function* () {
        const { begun, layer } = fakeSocket({ answersClose, goneAfter })
        const { closes, receiver } = listener()
        const after = (delay: number | null, act: (connection: FakeConnection) => void) =>
          delay === null
            ? Effect.void
            : Effect.forkChild(
                Effect.delay(
                  Effect.sync(() => begun.forEach(act)),
                  delay
                ),
                { startImmediately: true }
              )
        const network = Effect.all([
          after(accepted, (connection) => connection.accept()),
          after(refused, (connection) => connection.refuse()),
          after(ended, (connection) => connection.end(4000))
        ])
        if (networkFirst) yield* network
        const fiber = yield* Effect.forkChild(
          open(request, receiver, timeouts).pipe(Effect.andThen(Effect.never), Effect.scoped, Effect.provide(layer)),
          { startImmediately: true }
        )
        if (!networkFirst) yield* network
        yield* after(interrupted, () => fiber.interruptUnsafe())

        // Every bound there is, one after the other.
        yield* TestClock.adjust(interrupted + timeouts.connectTimeout + timeouts.drainTimeout + goneAfter)
        assert.isDefined(fiber.pollUnsafe(), "it has an end")
        assert.strictEqual(begun.length, 1)
        assert.isTrue(begun[0]!.hasEnded, "no connection is without an owner")
        assert.isAtMost(closes.length, 1)
      }).pipe(Effect.provide(TestClock.layer())),
    { arbitrary: { runs: 500, seed: 1 } }
  )
})
