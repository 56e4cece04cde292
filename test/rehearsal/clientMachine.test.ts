import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Result } from "effect"
import { TestClock } from "effect/testing"
import { ClientMachine, NameAnswer } from "../../src/rehearsal/memory/ClientMachine.ts"
import { Rehearsal } from "../../src/rehearsal/Rehearsal.ts"
import { Socket } from "../../src/services/Socket.ts"
import { Endpoint } from "../../src/wire/Endpoint.ts"
import { type Client, connect, connectGlobal, dial, inMemory, turn, urlOf } from "./client.ts"

const refusal = (client: Client) => Effect.map(Effect.flip(client.connection.opened), (error) => error.message)

const lookUp = Effect.fnUntraced(function* (host: string) {
  const { resolve } = yield* Socket
  return yield* resolve!(Result.getOrThrow(Endpoint.parse(`ws://${host}/`)))
})

const h0 = "h0.rehearsal.test"
const h1 = "h1.rehearsal.test"
const withNames = inMemory({ hosts: 2, resolves: true })

describe("names", () => {
  it.effect("are found at once, unless they are unknown", () =>
    Effect.gen(function* () {
      const { resolve } = yield* Socket
      const found = resolve!(Result.getOrThrow(Endpoint.parse(`ws://${h0}/`)))
      assert.isTrue(Exit.isExit(found), "there is nothing to wait for")
      assert.deepStrictEqual(yield* found, ["1.2.3.4"])
      assert.strictEqual((yield* Effect.flip(lookUp("other.test"))).message, "name: ENOTFOUND")
    }).pipe(withNames)
  )

  it.effect("have the address that the server has", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* lookUp("rehearsal.test"), ["203.0.113.7"])
    }).pipe(inMemory({ resolves: true, address: "203.0.113.7" }))
  )

  it.effect("are not looked up ahead of the dial unless that is asked for", () =>
    Effect.gen(function* () {
      assert.isUndefined((yield* Socket).resolve)
    }).pipe(inMemory())
  )

  it.effect("of one host may be slow, fail, or hang until the resolver gives up or its caller does", () =>
    Effect.gen(function* () {
      const { answerNames, state } = yield* ClientMachine
      const machine = yield* state
      yield* answerNames(NameAnswer.Slow({ by: "400 millis" }), { host: h0 })
      const slow = yield* Effect.forkChild(lookUp(h0))
      yield* TestClock.adjust("399 millis")
      assert.deepStrictEqual([slow.pollUnsafe(), machine.lookups], [undefined, 1])
      yield* TestClock.adjust("1 millis")
      assert.isTrue(Exit.isSuccess(yield* Fiber.await(slow)))
      yield* lookUp(h1)

      yield* answerNames(NameAnswer.Fail({ code: "EAI_AGAIN" }), { host: h0 })
      assert.strictEqual((yield* Effect.flip(lookUp(h0))).message, "name: EAI_AGAIN")

      yield* answerNames(NameAnswer.Never())
      const patient = yield* Effect.forkChild(Effect.flip(lookUp(h1)))
      const impatient = yield* Effect.forkChild(lookUp(h0))
      yield* turn
      assert.strictEqual(machine.lookups, 2)
      yield* Fiber.interrupt(impatient)
      yield* answerNames(NameAnswer.Found())
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(
        (yield* Fiber.join(patient)).message,
        "name: EAI_AGAIN",
        "a look-up under way learns of nothing"
      )
      assert.strictEqual(machine.lookups, 0)
      yield* lookUp(h0)
    }).pipe(withNames)
  )

  it.effect("that nobody has looked up are looked up in the dial", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const { answerNames } = yield* ClientMachine
      const global = yield* connectGlobal
      yield* rehearsal.join(1)
      yield* answerNames(NameAnswer.Slow({ by: "2 seconds" }), { host: h0 })
      const slow = yield* dial(yield* urlOf(global, 1))
      yield* TestClock.adjust("1999 millis")
      assert.strictEqual((yield* rehearsal.state).dials.inFlight, 0)
      yield* TestClock.adjust("1 millis")
      yield* slow.connection.opened
      yield* answerNames(NameAnswer.Fail({ code: "EAI_AGAIN" }))
      assert.strictEqual(yield* refusal(yield* dial(yield* urlOf(global, 1))), "name: EAI_AGAIN")
    }).pipe(inMemory({ hosts: 2 }))
  )

  it.effect("that have been looked up are not looked up again, and their addresses may be forbidden", () =>
    Effect.gen(function* () {
      const { globalUrl } = yield* Rehearsal
      const { answerNames } = yield* ClientMachine
      yield* answerNames(NameAnswer.Never())
      const { connect } = yield* Socket
      const endpoint = Result.getOrThrow(Endpoint.parse(globalUrl))
      const receiver = { onFrame: () => {}, onControl: () => {}, onClosed: () => {} }
      const to = (addresses: ReadonlyArray<string>) =>
        connect({ endpoint, addresses, allowsAddress: (address) => address === "1.2.3.4" }, receiver)
      yield* (yield* to(["10.0.0.1", "1.2.3.4"])).opened
      assert.match((yield* Effect.flip((yield* to(["10.0.0.1"])).opened)).message, /^forbidden/)
    }).pipe(withNames)
  )
})

describe("descriptors", () => {
  it.effect("that run out fail a dial at once, and are there again when a socket is gone", () =>
    Effect.gen(function* () {
      const { globalUrl, state } = yield* Rehearsal
      const client = yield* ClientMachine
      const machine = yield* client.state
      yield* client.limitSockets(2)
      const first = yield* connect(globalUrl)
      const second = yield* dial(globalUrl)
      const third = yield* dial(globalUrl)
      assert.strictEqual(yield* refusal(third), "local: EMFILE")
      assert.deepStrictEqual(yield* third.connection.closed, { code: 1006 })
      yield* second.connection.opened
      assert.deepStrictEqual([machine.sockets, (yield* state).dials.total], [2, 2])

      first.connection.close(1000)
      yield* first.connection.closed
      yield* connect(globalUrl)
      yield* client.limitSockets(1)
      assert.strictEqual(yield* refusal(yield* dial(globalUrl)), "local: EMFILE")
      yield* client.limitSockets(Infinity)
      yield* connect(globalUrl)
      assert.strictEqual(machine.sockets, 3)
    }).pipe(inMemory())
  )
})
