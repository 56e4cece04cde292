import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Scope } from "effect"
import { GlobalDown, GlobalLink } from "../../src/services/GlobalLink.ts"
import { NotOpen } from "../../src/services/Socket.ts"
import { openConnection } from "../support/fakeSocket.ts"
import { endpointOf } from "../support/settings.ts"

const connect = () => openConnection({ endpoint: endpointOf("ws://h/"), allowsAddress: () => true })

/** A connection in use, until the Scope that comes with it closes. */
const attach = Effect.gen(function* () {
  const connection = connect()
  const scope = yield* Scope.make()
  yield* Scope.provide((yield* GlobalLink).attach(connection), scope)
  return { connection, detach: Scope.close(scope, Exit.void) }
})

const ask = { type: "team.connect", team_id: 1 } as const
const asked = `{"type":"team.connect","team_id":1}`

describe("the Global connection as the rest sees it", () => {
  it.effect("is down at first, up while a connection is in use, and down after it", () =>
    Effect.gen(function* () {
      const link = yield* GlobalLink
      assert.isFalse(link.isUp())
      const { detach } = yield* attach
      assert.isTrue(link.isUp())
      yield* detach
      assert.isFalse(link.isUp())
    }).pipe(Effect.provide(GlobalLink.layer))
  )

  it.effect("who waits for it to be up goes on when it is, and at once if it is already", () =>
    Effect.gen(function* () {
      const link = yield* GlobalLink
      const waiting = yield* Effect.forkChild(link.awaitUp, { startImmediately: true })
      yield* Effect.yieldNow
      assert.isUndefined(waiting.pollUnsafe())
      const { detach } = yield* attach
      yield* Fiber.join(waiting)
      yield* link.awaitUp
      yield* detach
      const again = yield* Effect.forkChild(link.awaitUp, { startImmediately: true })
      yield* Effect.yieldNow
      assert.isUndefined(again.pollUnsafe())
      yield* Fiber.interrupt(again)
    }).pipe(Effect.provide(GlobalLink.layer))
  )

  it.effect("sends events as JSON on the connection in use", () =>
    Effect.gen(function* () {
      const link = yield* GlobalLink
      const first = yield* attach
      yield* link.send(ask)
      yield* first.detach
      const second = yield* attach
      yield* link.send({ type: "healthcheck", stats: [] })
      assert.deepStrictEqual(first.connection.sent, [asked])
      assert.deepStrictEqual(second.connection.sent, [`{"type":"healthcheck","stats":[]}`])
    }).pipe(Effect.provide(GlobalLink.layer))
  )

  it.effect("cannot send while it is down", () =>
    Effect.gen(function* () {
      const link = yield* GlobalLink
      assert.instanceOf(yield* Effect.flip(link.send(ask)), GlobalDown)
    }).pipe(Effect.provide(GlobalLink.layer))
  )

  it.effect("makes a sender wait until the frame is taken", () =>
    Effect.gen(function* () {
      const link = yield* GlobalLink
      const { connection } = yield* attach
      const taken = yield* Deferred.make<void, NotOpen>()
      connection.sending = Deferred.await(taken)
      const sending = yield* Effect.forkChild(link.send(ask), { startImmediately: true })
      yield* Effect.yieldNow
      assert.isUndefined(sending.pollUnsafe())
      yield* Deferred.succeed(taken, undefined)
      yield* Fiber.join(sending)
      assert.deepStrictEqual(connection.sent, [asked])
    }).pipe(Effect.provide(GlobalLink.layer))
  )

  it.effect("is down as soon as it is found to be closing, and up again with the next connection", () =>
    Effect.gen(function* () {
      const link = yield* GlobalLink
      const { connection, detach } = yield* attach
      connection.end(1000)
      assert.instanceOf(yield* Effect.flip(link.send(ask)), GlobalDown)
      assert.isFalse(link.isUp())
      const waiting = yield* Effect.forkChild(link.awaitUp, { startImmediately: true })
      yield* Effect.yieldNow
      assert.isUndefined(waiting.pollUnsafe())
      yield* detach
      yield* attach
      yield* Fiber.join(waiting)
    }).pipe(Effect.provide(GlobalLink.layer))
  )
})

describe("what is past does not take down the connection in use", () => {
  it.effect("neither a send on the one before that fails late", () =>
    Effect.gen(function* () {
      const link = yield* GlobalLink
      const first = yield* attach
      const taken = yield* Deferred.make<void, NotOpen>()
      first.connection.sending = Deferred.await(taken)
      const sending = yield* Effect.forkChild(Effect.flip(link.send(ask)), { startImmediately: true })
      yield* first.detach
      yield* attach
      yield* Deferred.fail(taken, new NotOpen())
      assert.instanceOf(yield* Fiber.join(sending), GlobalDown)
      assert.isTrue(link.isUp())
      yield* link.awaitUp
      yield* link.send(ask)
    }).pipe(Effect.provide(GlobalLink.layer))
  )

  it.effect("nor the end of its Scope", () =>
    Effect.gen(function* () {
      const link = yield* GlobalLink
      const first = yield* attach
      const second = yield* attach
      yield* first.detach
      assert.isTrue(link.isUp())
      yield* link.awaitUp
      yield* link.send(ask)
      assert.deepStrictEqual(second.connection.sent, [asked])
    }).pipe(Effect.provide(GlobalLink.layer))
  )
})
