import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Scope } from "effect"
import { TestClock } from "effect/testing"
import { GlobalLink } from "../../src/services/GlobalLink.ts"
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
  it.effect("tells since when it is up, or down, however short that was", () =>
    Effect.gen(function* () {
      const link = yield* GlobalLink
      assert.isNull(link.since())
      yield* TestClock.adjust(1_000)
      const { detach } = yield* attach
      assert.strictEqual(link.since(), 1_000)
      yield* TestClock.adjust(500)
      assert.strictEqual(link.since(), 1_000)
      yield* detach
      assert.deepStrictEqual([link.isUp(), link.since()], [false, 1_500])
      yield* TestClock.adjust(1)
      yield* attach
      assert.deepStrictEqual([link.isUp(), link.since()], [true, 1_501])
    }).pipe(Effect.provide(GlobalLink.layer))
  )

  it.effect("tells why it is down, until it is up", () =>
    Effect.gen(function* () {
      const link = yield* GlobalLink
      assert.isNull(link.whyDown())
      link.noteDown("proxy: ECONNREFUSED")
      assert.strictEqual(link.whyDown(), "proxy: ECONNREFUSED")
      const { detach } = yield* attach
      assert.isNull(link.whyDown())
      yield* detach
      link.noteDown("goodbye")
      assert.strictEqual(link.whyDown(), "goodbye")
    }).pipe(Effect.provide(GlobalLink.layer))
  )

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
      assert.isTrue(link.post(ask))
      yield* first.detach
      const second = yield* attach
      assert.isTrue(link.post({ type: "healthcheck", stats: [] }))
      assert.deepStrictEqual(first.connection.sent, [asked])
      assert.deepStrictEqual(second.connection.sent, [`{"type":"healthcheck","stats":[]}`])
    }).pipe(Effect.provide(GlobalLink.layer))
  )

  it.effect("cannot send while it is down", () =>
    Effect.gen(function* () {
      const link = yield* GlobalLink
      assert.isFalse(link.post(ask))
    }).pipe(Effect.provide(GlobalLink.layer))
  )

  it.effect("is down as soon as it is found to be closing, and up again with the next connection", () =>
    Effect.gen(function* () {
      const link = yield* GlobalLink
      const { connection, detach } = yield* attach
      connection.end(1000)
      assert.isFalse(link.post(ask))
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
  it.effect("when its Scope closes", () =>
    Effect.gen(function* () {
      const link = yield* GlobalLink
      const first = yield* attach
      const second = yield* attach
      yield* first.detach
      assert.isTrue(link.isUp())
      yield* link.awaitUp
      assert.isTrue(link.post(ask))
      assert.deepStrictEqual(second.connection.sent, [asked])
    }).pipe(Effect.provide(GlobalLink.layer))
  )
})
