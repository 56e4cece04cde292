import { assert, describe, it } from "@effect/vitest"
import { Clock, Deferred, Effect, Exit, Fiber, Layer, Scope } from "effect"
import { TestClock } from "effect/testing"
import { GlobalDown, GlobalLink } from "../../src/services/GlobalLink.ts"
import { AskFailed, Offers } from "../../src/services/Offers.ts"
import { NotOpen } from "../../src/services/Socket.ts"
import { openConnection } from "../support/fakeSocket.ts"
import { HandClock } from "../support/handClock.ts"
import { endpointOf, settings } from "../support/settings.ts"
import { stepByStep, turns } from "../support/turns.ts"

const layer = Offers.layer.pipe(Layer.provideMerge(GlobalLink.layer), Layer.provide(settings()))

const url = "ws://team.example/1"

/** Puts a Global connection in use, until the Scope that comes with it closes. */
const globalUp = Effect.gen(function* () {
  const connection = openConnection({ endpoint: endpointOf("ws://h/"), allowsAddress: () => true })
  const scope = yield* Scope.make()
  yield* Scope.provide((yield* GlobalLink).attach(connection), scope)
  return { connection, down: Scope.close(scope, Exit.void) }
})

/** Asks in a fiber. */
const asking = (team: string | number) =>
  Effect.flatMap(Offers, (offers) => Effect.forkChild(offers.ask(team), { startImmediately: true }))

const asked = (team: string | number) => JSON.stringify({ type: "team.connect", team_id: team })

describe("asking for an offer (protocol row 6)", () => {
  it.effect("sends team.connect with the team's id, and waits for the reply", () =>
    Effect.gen(function* () {
      const offers = yield* Offers
      const { connection } = yield* globalUp
      const ask = yield* asking(1)
      assert.deepStrictEqual(connection.sent, [asked(1)])
      yield* TestClock.adjust("9 seconds")
      assert.isUndefined(ask.pollUnsafe())
      assert.isTrue(yield* offers.answer(1, url))
      assert.strictEqual(yield* Fiber.join(ask), url)
    }).pipe(Effect.provide(layer))
  )

  it.effect("takes a reply that comes while it is still sending", () =>
    Effect.gen(function* () {
      const offers = yield* Offers
      const { connection } = yield* globalUp
      const taken = yield* Deferred.make<void, NotOpen>()
      connection.sending = Deferred.await(taken)
      const ask = yield* asking(1)
      assert.isTrue(yield* offers.answer(1, url))
      yield* Deferred.succeed(taken, undefined)
      assert.strictEqual(yield* Fiber.join(ask), url)
    }).pipe(Effect.provide(layer))
  )

  it.effect("fails, if there is no reply in the connect timeout, the sending included", () =>
    Effect.gen(function* () {
      const { connection } = yield* globalUp
      const mute = yield* asking(1)
      connection.sending = Effect.never
      const stuck = yield* asking(2)
      yield* TestClock.adjust(9_999)
      assert.isUndefined(mute.pollUnsafe())
      assert.isUndefined(stuck.pollUnsafe())
      yield* TestClock.adjust(1)
      for (const ask of [mute, stuck]) {
        assert.deepStrictEqual(yield* Fiber.await(ask), Exit.fail(new AskFailed({ reason: "unanswered" })))
      }
    }).pipe(Effect.provide(layer))
  )

  it.effect("fails at that bound when the wall clock is set back, too", () =>
    Effect.gen(function* () {
      const clock = new HandClock()
      yield* Effect.gen(function* () {
        yield* globalUp
        const before = yield* asking(1)
        clock.stepBack("1 hour")
        const after = yield* asking(2)
        yield* clock.pass("10 seconds", 1_000)
        for (const ask of [before, after]) assert.isDefined(ask.pollUnsafe())
      }).pipe(Effect.provide(layer), Effect.provideService(Clock.Clock, clock))
    })
  )

  it.effect("fails, if the server answers with an error (row 21)", () =>
    Effect.gen(function* () {
      const offers = yield* Offers
      yield* globalUp
      const ask = yield* asking(1)
      assert.isTrue(yield* offers.refuse(1))
      assert.deepStrictEqual(yield* Fiber.await(ask), Exit.fail(new AskFailed({ reason: "error" })))
    }).pipe(Effect.provide(layer))
  )

  it.effect("fails otherwise, if the Global connection is down, or is lost: it is no fault of the team", () =>
    Effect.gen(function* () {
      const offers = yield* Offers
      assert.instanceOf(yield* Effect.flip(offers.ask(1)), GlobalDown)
      yield* globalUp
      const asks = [yield* asking(1), yield* asking("1"), yield* asking(2)]
      yield* offers.abandon
      for (const ask of asks) assert.deepStrictEqual(yield* Fiber.await(ask), Exit.fail(new GlobalDown()))
      // And none of them is in flight any more.
      assert.isFalse(yield* offers.answer(1, url))
    }).pipe(Effect.provide(layer))
  )

  it.effect('answers the team that is meant: 1 and "1" are two (row 20)', () =>
    Effect.gen(function* () {
      const offers = yield* Offers
      yield* globalUp
      const number = yield* asking(1)
      const text = yield* asking("1")
      yield* offers.answer("1", "ws://team.example/text")
      assert.strictEqual(yield* Fiber.join(text), "ws://team.example/text")
      assert.isUndefined(number.pollUnsafe())
      yield* offers.answer(1, "ws://team.example/number")
      assert.strictEqual(yield* Fiber.join(number), "ws://team.example/number")
    }).pipe(Effect.provide(layer))
  )

  it.effect("can be done again after each outcome", () =>
    Effect.gen(function* () {
      const offers = yield* Offers
      const { connection } = yield* globalUp
      yield* offers.refuse(1)
      const first = yield* asking(1)
      yield* offers.refuse(1)
      yield* Fiber.await(first)
      const second = yield* asking(1)
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.await(second)
      const third = yield* asking(1)
      yield* Fiber.interrupt(third)
      const fourth = yield* asking(1)
      yield* offers.answer(1, url)
      assert.strictEqual(yield* Fiber.join(fourth), url)
      assert.strictEqual(connection.sent.length, 4)
    }).pipe(Effect.provide(layer))
  )
})

describe("an ask that is interrupted at any point", () => {
  it.effect("is not in flight any more, and the next one is answered", () =>
    Effect.gen(function* () {
      const offers = yield* Offers
      const { connection } = yield* globalUp
      const sent: Array<number> = []
      for (let point = 0; point < 80; point++) {
        const ask = yield* offers.ask(1).pipe(stepByStep, Effect.forkChild)
        yield* turns(point)
        sent.push(connection.sent.splice(0).length)
        yield* Fiber.interrupt(ask)
        assert.isFalse(yield* offers.answer(1, url), `interrupted at point ${point}`)
        const next = yield* asking(1)
        assert.isTrue(yield* offers.answer(1, url))
        assert.strictEqual(yield* Fiber.join(next), url)
        connection.sent.length = 0
      }
      assert.deepStrictEqual([...new Set(sent)], [0, 1], "the points are before and after the sending")
    }).pipe(Effect.provide(layer))
  )
})

describe("a reply that no ask waits for", () => {
  it.effect("is none: nobody asked, or somebody else did", () =>
    Effect.gen(function* () {
      const offers = yield* Offers
      yield* globalUp
      yield* asking(2)
      assert.isFalse(yield* offers.answer(1, url))
      assert.isFalse(yield* offers.refuse(1))
    }).pipe(Effect.provide(layer))
  )

  it.effect("is none: the ask has been given up, or has failed", () =>
    Effect.gen(function* () {
      const offers = yield* Offers
      yield* globalUp
      const interrupted = yield* asking(1)
      yield* Fiber.interrupt(interrupted)
      assert.isFalse(yield* offers.answer(1, url))
      yield* asking(2)
      yield* TestClock.adjust("10 seconds")
      assert.isFalse(yield* offers.answer(2, url))
    }).pipe(Effect.provide(layer))
  )

  it.effect("is none: the ask has its reply, even though who asked has not seen it yet", () =>
    Effect.gen(function* () {
      const offers = yield* Offers
      const { connection } = yield* globalUp
      connection.sending = Effect.yieldNow
      const ask = yield* asking(1)
      const [first, second, error] = [
        yield* offers.answer(1, url),
        yield* offers.answer(1, "ws://other/"),
        yield* offers.refuse(1)
      ]
      assert.deepStrictEqual([first, second, error], [true, false, false])
      assert.strictEqual(yield* Fiber.join(ask), url)
    }).pipe(Effect.provide(layer))
  )
})

describe("an offer that came unasked (protocol row 6)", () => {
  it.effect("is kept for the next attempt, which takes it once", () =>
    Effect.gen(function* () {
      const offers = yield* Offers
      assert.isUndefined(yield* offers.takeKept(1))
      yield* offers.keep(1, url)
      assert.isUndefined(yield* offers.takeKept("1"))
      assert.strictEqual(yield* offers.takeKept(1), url)
      assert.isUndefined(yield* offers.takeKept(1))
    }).pipe(Effect.provide(layer))
  )

  it.effect("is the newest, if there are two", () =>
    Effect.gen(function* () {
      const offers = yield* Offers
      yield* offers.keep(1, "ws://old/")
      yield* TestClock.adjust("6 seconds")
      yield* offers.keep(1, url)
      yield* TestClock.adjust("6 seconds")
      assert.strictEqual(yield* offers.takeKept(1), url)
    }).pipe(Effect.provide(layer))
  )

  it.effect("is stale after the connect timeout", () =>
    Effect.gen(function* () {
      const offers = yield* Offers
      yield* offers.keep(1, url)
      yield* offers.keep(2, url)
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(yield* offers.takeKept(1), url)
      yield* TestClock.adjust(1)
      assert.isUndefined(yield* offers.takeKept(2))
    }).pipe(Effect.provide(layer))
  )

  it.effect("is stale then when the wall clock is set back, too", () =>
    Effect.gen(function* () {
      const offers = yield* Offers
      yield* TestClock.adjust("1 hour")
      yield* offers.keep(1, url)
      yield* TestClock.setTime(0)
      yield* TestClock.adjust(10_001)
      assert.isUndefined(yield* offers.takeKept(1))
    }).pipe(Effect.provide(layer))
  )

  it.effect("is not kept beyond the team's stay", () =>
    Effect.gen(function* () {
      const offers = yield* Offers
      yield* offers.keep(1, url)
      yield* offers.keep(2, url)
      yield* offers.drop(1)
      assert.isUndefined(yield* offers.takeKept(1))
      assert.strictEqual(yield* offers.takeKept(2), url)
    }).pipe(Effect.provide(layer))
  )
})

describe("the URL that a team is connected to (protocol row 7)", () => {
  it.effect("is remembered, and used once: it is dropped when it fails", () =>
    Effect.gen(function* () {
      const offers = yield* Offers
      assert.isUndefined(yield* offers.takeRemembered(1))
      yield* offers.remember(1, "ws://old/")
      yield* offers.remember(1, url)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(yield* offers.takeRemembered(1), url)
      assert.isUndefined(yield* offers.takeRemembered(1))
    }).pipe(Effect.provide(layer))
  )

  it.effect("is not remembered beyond the team's stay", () =>
    Effect.gen(function* () {
      const offers = yield* Offers
      yield* offers.remember(1, url)
      yield* offers.drop(1)
      assert.isUndefined(yield* offers.takeRemembered(1))
    }).pipe(Effect.provide(layer))
  )
})
