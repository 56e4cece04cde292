import { assert, describe, it } from "@effect/vitest"
import { Array as Arr, Effect, Fiber, Result } from "effect"
import { TestClock } from "effect/testing"
import { DialError } from "../../../src/services/DialError.ts"
import { address, connectTimeout, makeWeather } from "./weather.ts"

const dead = (count: number) => Arr.makeBy(count, (n) => `dead${n}.example`)

/** Asks in the background. */
const fork = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.forkChild(self, { startImmediately: true })

/** Lets time pass until the answer is there. */
const within = Effect.fnUntraced(function* <A, E>(millis: number, fiber: Fiber.Fiber<A, E>) {
  yield* TestClock.adjust(millis)
  return yield* Fiber.join(fiber)
})

const quick = { says: address, after: 1 }

describe("Names", () => {
  it.effect("give an address at once, and look nothing up", () =>
    Effect.gen(function* () {
      const { ask, begun } = yield* makeWeather()
      assert.deepStrictEqual(yield* ask("192.0.2.7"), ["192.0.2.7"])
      assert.deepStrictEqual(yield* ask("[2001:db8::1]"), ["2001:db8::1"])
      assert.deepStrictEqual(begun, [])
    })
  )

  it.effect("look a name up once for all who wait for it: 400 on one of 400 ms", () =>
    Effect.gen(function* () {
      const { begun, names, told } = yield* makeWeather()
      const asked = yield* fork(Effect.forEach(Arr.range(1, 400), () => told("slow.example"), { concurrency: 400 }))
      const answers = yield* within(400, asked)
      assert.deepStrictEqual(new Set(answers.map(({ says, after }) => `${says} ${after}`)), new Set([`${address} 400`]))
      assert.deepStrictEqual(begun, ["slow.example"])
      assert.deepStrictEqual(names.load(), { names: 1, waiting: 0, underWay: 0, hanging: 0 })
    })
  )

  for (const count of [60, 300, 1000]) {
    it.effect(`answer Global and healthy teams while ${count} names are dead`, () =>
      Effect.gen(function* () {
        const { ask, names, told } = yield* makeWeather()
        yield* within(1, yield* fork(ask("ok.known.example")))
        for (const name of dead(count)) yield* fork(Effect.ignore(ask(name)))
        // Known ones whose answers hold no longer, too.
        yield* TestClock.adjust(5000)
        const urgent = yield* fork(told("ok.global.example", true))
        const known = yield* fork(told("ok.known.example"))
        const fresh = yield* fork(told("ok.fresh.example"))
        yield* TestClock.adjust(3000)
        assert.deepStrictEqual(yield* Fiber.join(urgent), quick)
        assert.deepStrictEqual(yield* Fiber.join(known), quick)
        const { after, says } = yield* Fiber.join(fresh)
        assert.strictEqual(says, address)
        // One that finds no place waits half a second, and is asked directly then.
        assert.strictEqual(after, count === 60 ? 1 : 501)
        assert.isAtMost(names.load().underWay, 120)
      })
    )
  }

  it.effect("keep failing names to few places, and ask again for them ever more seldom", () =>
    Effect.gen(function* () {
      const { ask, begun, names } = yield* makeWeather({ direct: 0 })
      for (const name of dead(60)) yield* fork(Effect.ignore(ask(name)))
      assert.strictEqual(names.load().underWay, 60)
      yield* TestClock.adjust(11_000)
      for (const name of dead(60)) yield* fork(Effect.ignore(ask(name)))
      assert.deepStrictEqual(names.load(), { names: 60, waiting: 44, underWay: 16, hanging: 0 })
      yield* TestClock.adjust(1000)
      assert.strictEqual(names.load().hanging, 16)
      assert.strictEqual(begun.length, 76)
    })
  )

  it.effect("give what they know for five seconds, and then look again", () =>
    Effect.gen(function* () {
      const { begun, told } = yield* makeWeather()
      assert.deepStrictEqual(yield* within(1, yield* fork(told("ok.example"))), quick)
      yield* TestClock.adjust(4999)
      assert.deepStrictEqual(yield* told("ok.example"), { says: address, after: 0 })
      yield* TestClock.adjust(1)
      assert.deepStrictEqual(yield* within(1, yield* fork(told("ok.example"))), quick)
      assert.strictEqual(begun.length, 2)
    })
  )

  it.effect("hold a failure for a second, then for two, and for ten at most; Global asks anew", () =>
    Effect.gen(function* () {
      const { begun, change, found, told } = yield* makeWeather()
      for (const holds of [1000, 2000, 4000, 8000, 10_000, 10_000]) {
        const first = yield* within(1, yield* fork(told("missing.example")))
        assert.deepStrictEqual(first, { says: "name: ENOTFOUND", after: 1 })
        yield* TestClock.adjust(holds - 1)
        assert.deepStrictEqual(yield* told("missing.example"), { says: "name: ENOTFOUND", after: 0 })
        yield* TestClock.adjust(1)
      }
      assert.strictEqual(begun.length, 6)
      yield* within(1, yield* fork(told("missing.example")))
      change("missing", { takes: 1, answer: found(address) })
      assert.deepStrictEqual(yield* within(1, yield* fork(told("missing.example", true))), quick)
      assert.deepStrictEqual(yield* told("missing.example"), { says: address, after: 0 })
    })
  )

  it.effect("fail a question after the connect timeout, while the look-up goes on for others", () =>
    Effect.gen(function* () {
      const { begun, change, names, notFound, told } = yield* makeWeather()
      change("dead", { takes: 15_000, answer: notFound("EAI_AGAIN") })
      const first = yield* fork(told("dead.example"))
      yield* TestClock.adjust(7000)
      const second = yield* fork(told("dead.example"))
      yield* TestClock.adjust(8000)
      assert.deepStrictEqual(yield* Fiber.join(first), {
        says: `name: no address for dead.example in ${connectTimeout} ms`,
        after: connectTimeout
      })
      assert.deepStrictEqual(yield* Fiber.join(second), { says: "name: EAI_AGAIN", after: 8000 })
      assert.strictEqual(begun.length, 1)
      assert.deepStrictEqual(names.load(), { names: 1, waiting: 0, underWay: 0, hanging: 0 })
    })
  )

  it.effect("take a question back: those who wait behind it move up, and nothing is looked up for nobody", () =>
    Effect.gen(function* () {
      const { ask, begun, change, names, notFound, told } = yield* makeWeather({ places: [4, 3, 2, 1], direct: 0 })
      change("dead", { takes: 2000, answer: notFound("EAI_AGAIN") })
      for (const name of dead(2)) yield* fork(Effect.ignore(ask(name)))
      const gone = yield* fork(ask("ok.gone.example"))
      const stays = yield* fork(told("ok.stays.example"))
      const alsoGone = yield* fork(ask("ok.stays.example"))
      assert.strictEqual(names.load().waiting, 2)
      yield* Fiber.interrupt(gone)
      yield* Fiber.interrupt(alsoGone)
      assert.strictEqual(names.load().waiting, 1)
      assert.deepStrictEqual(yield* within(2001, stays), { says: address, after: 2001 })
      assert.deepStrictEqual(begun, ["dead0.example", "dead1.example", "ok.stays.example"])
      assert.deepStrictEqual(names.load(), { names: 4, waiting: 0, underWay: 0, hanging: 0 })
    })
  )

  it.effect("ask the name servers directly for a name that has waited half a second for a place", () =>
    Effect.gen(function* () {
      const { ask, begun, begunDirectly, names, told } = yield* makeWeather({ places: [4, 3, 2, 1] })
      for (const name of dead(4)) yield* fork(Effect.ignore(ask(name)))
      const healthy = yield* fork(told("ok.example"))
      assert.deepStrictEqual(yield* within(501, healthy), { says: address, after: 501 })
      assert.deepStrictEqual(begun, ["dead0.example", "dead1.example"])
      assert.deepStrictEqual(begunDirectly, ["dead2.example", "dead3.example", "ok.example"])
      // What the name servers do not know stays in line: the computer may.
      yield* TestClock.adjust(3000)
      assert.strictEqual(names.load().waiting, 2)
      assert.strictEqual(begunDirectly.length, 3)
    })
  )

  it.effect("ask so many names directly at once, and the next when one is done", () =>
    Effect.gen(function* () {
      const { ask, begunDirectly, told } = yield* makeWeather({ places: [4, 3, 1, 1], direct: 1 })
      for (const name of dead(3)) yield* fork(Effect.ignore(ask(name)))
      const healthy = yield* fork(told("ok.example"))
      yield* TestClock.adjust(500)
      assert.deepStrictEqual(begunDirectly, ["dead1.example"])
      assert.deepStrictEqual(yield* within(6001, healthy), { says: address, after: 6501 })
      assert.deepStrictEqual(begunDirectly, ["dead1.example", "dead2.example", "ok.example"])
    })
  )

  it.effect("keep what was found directly when the look-up in a place fails later", () =>
    Effect.gen(function* () {
      const { ask, change, names, notFound, told } = yield* makeWeather({ places: [4, 3, 1, 1] })
      change("dead", { takes: 600, answer: notFound("EAI_AGAIN") })
      yield* fork(Effect.ignore(ask("dead.example")))
      const asked = yield* fork(told("slow.example"))
      // It is asked directly, and then finds a place.
      yield* TestClock.adjust(550)
      change("slow", { takes: 1000, answer: notFound("EAI_AGAIN") })
      assert.deepStrictEqual(yield* within(350, asked), { says: address, after: 900 })
      assert.strictEqual(names.load().underWay, 1)
      yield* TestClock.adjust(1000)
      assert.strictEqual(names.load().underWay, 0)
      assert.deepStrictEqual(yield* told("slow.example"), { says: address, after: 0 })
    })
  )

  it.effect("give a place of Global's to a name that teams wait for, when Global asks for it too", () =>
    Effect.gen(function* () {
      const { ask, begun, told } = yield* makeWeather({ places: [4, 3, 1, 1], direct: 0 })
      yield* fork(Effect.ignore(ask("dead.example")))
      const team = yield* fork(told("ok.example"))
      yield* TestClock.adjust(1000)
      const global = yield* fork(told("ok.example", true))
      assert.deepStrictEqual(yield* within(1, global), quick)
      assert.deepStrictEqual(yield* Fiber.join(team), { says: address, after: 1001 })
      assert.deepStrictEqual(begun, ["dead.example", "ok.example"])
    })
  )

  it.effect("hold what our own machine lacks against no name", () =>
    Effect.gen(function* () {
      const { change, told } = yield* makeWeather()
      const answer = Result.fail(new DialError({ reason: "unreachable", detail: "EMFILE" }))
      change("full", { takes: 1, answer })
      for (let n = 0; n < 3; n++) {
        const { says } = yield* within(1, yield* fork(told("full.example")))
        assert.strictEqual(says, "unreachable: EMFILE")
      }
      change("full", { takes: 1, answer: Result.succeed([address]) })
      assert.deepStrictEqual(yield* within(1, yield* fork(told("full.example"))), quick)
    })
  )

  it.effect(
    "remember so many names, forget the oldest that nobody waits for, and refuse more; but never Global's",
    () =>
      Effect.gen(function* () {
        const { ask, begun, names, told } = yield* makeWeather({ names: 3 })
        yield* within(1, yield* fork(ask("ok.first.example")))
        for (const name of dead(2)) yield* fork(Effect.ignore(ask(name)))
        assert.deepStrictEqual(yield* within(1, yield* fork(told("ok.second.example"))), quick)
        assert.strictEqual(names.load().names, 3)
        yield* within(1, yield* fork(ask("ok.first.example")))
        assert.strictEqual(begun.filter((name) => name === "ok.first.example").length, 2)
        yield* fork(Effect.ignore(ask("dead9.example")))
        assert.deepStrictEqual(yield* told("ok.third.example"), { says: "name: too many names", after: 0 })
        assert.deepStrictEqual(yield* within(1, yield* fork(told("ok.global.example", true))), quick)
      })
  )

  it.effect("forget no name that somebody waits for, nor one whose look-up hangs for nobody", () =>
    Effect.gen(function* () {
      const { ask, names, told } = yield* makeWeather({ places: [4, 3, 1, 1], direct: 0, names: 2 })
      const hangs = yield* fork(ask("dead.example"))
      yield* Fiber.interrupt(hangs)
      const waits = yield* fork(told("ok.example"))
      assert.deepStrictEqual(yield* told("ok.third.example"), { says: "name: too many names", after: 0 })
      assert.deepStrictEqual(names.load(), { names: 2, waiting: 1, underWay: 1, hanging: 0 })
      yield* Fiber.interrupt(waits)
      yield* fork(ask("ok.third.example"))
      assert.deepStrictEqual(names.load(), { names: 2, waiting: 1, underWay: 1, hanging: 0 })
    })
  )

  it.effect("give addresses by turns, IPv6 and IPv4, a good one first and a bad one last", () =>
    Effect.gen(function* () {
      const { ask, names } = yield* makeWeather()
      const first = yield* within(1, yield* fork(ask("many.example")))
      assert.deepStrictEqual(first, ["192.0.2.1", "2001:db8::1", "192.0.2.2", "2001:db8::2", "192.0.2.3"])
      names.tried("many.example", "192.0.2.2", true)
      names.tried("many.example", "192.0.2.1", false)
      const sorted = ["192.0.2.2", "2001:db8::1", "2001:db8::2", "192.0.2.3", "192.0.2.1"]
      assert.deepStrictEqual(yield* ask("many.example"), sorted)
      // The next look-up changes nothing of it.
      yield* TestClock.adjust(6000)
      assert.deepStrictEqual(yield* within(1, yield* fork(ask("many.example"))), sorted)
      names.tried("many.example", "192.0.2.2", false)
      assert.strictEqual((yield* ask("many.example")).at(-1), "192.0.2.2")
    })
  )

  it.effect("keep sixteen addresses of a name", () =>
    Effect.gen(function* () {
      const { ask, change, found } = yield* makeWeather()
      change("crowd", { takes: 1, answer: found(...Arr.makeBy(40, (n) => `192.0.2.${n}`)) })
      assert.strictEqual((yield* within(1, yield* fork(ask("crowd.example")))).length, 16)
    })
  )
})
