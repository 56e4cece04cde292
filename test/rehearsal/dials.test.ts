import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { Rehearsal } from "../../src/rehearsal/Rehearsal.ts"
import { type Client, connect, connectGlobal, connectTeam, dial, inMemory, turn, urlOf } from "./client.ts"

const refusal = (client: Client) => Effect.map(Effect.flip(client.connection.opened), (error) => error.message)

describe("URLs", () => {
  it.effect("take one handshake each", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const global = yield* connectGlobal
      yield* rehearsal.join(1)
      const url = yield* urlOf(global, 1)
      yield* connect(url)
      assert.strictEqual(yield* refusal(yield* dial(url)), "refused: HTTP status 403")
      yield* rehearsal.configure({ singleUseUrls: false })
      yield* connect(url)
      assert.strictEqual((yield* rehearsal.state).team(1).maxOpenSockets, 2, "two sockets of one team are noticed")
    }).pipe(inMemory())
  )

  it.effect("are not used up by a handshake that was refused for another reason", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const global = yield* connectGlobal
      yield* rehearsal.join(1)
      yield* rehearsal.refuseDials({ count: 1 })
      const url = yield* urlOf(global, 1)
      assert.strictEqual(yield* refusal(yield* dial(url)), "refused: HTTP status 503")
      yield* connect(url)
    }).pipe(inMemory())
  )

  it.effect("of a team that is absent are refused, and counted", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const global = yield* connectGlobal
      yield* rehearsal.join(1)
      const url = yield* urlOf(global, 1)
      yield* rehearsal.leave(1)
      assert.strictEqual(yield* refusal(yield* dial(url)), "refused: HTTP status 403")
      assert.strictEqual((yield* rehearsal.state).team(1).dialsWhenAbsent, 1)
    }).pipe(inMemory())
  )

  it.effect("that were never handed out lead nowhere", () =>
    Effect.gen(function* () {
      const { globalUrl } = yield* Rehearsal
      const elsewhere = globalUrl.replace("/global", "/connect/0")
      assert.strictEqual(yield* refusal(yield* dial(elsewhere)), "refused: HTTP status 404")
      assert.strictEqual(yield* refusal(yield* dial("ws://other.test/global")), "name: ENOTFOUND")
    }).pipe(inMemory())
  )

  it.effect("have the scheme http where that is asked for", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.configure({ httpUrls: true })
      const global = yield* connectGlobal
      yield* rehearsal.join(1)
      const url = yield* urlOf(global, 1)
      assert.match(url, /^http:/)
      yield* connect(url)
    }).pipe(inMemory())
  )
})

describe("the Global handshake", () => {
  it.effect("needs the token, where one is set", () =>
    Effect.gen(function* () {
      const { globalUrl, state } = yield* Rehearsal
      assert.strictEqual(yield* refusal(yield* dial(globalUrl)), "refused: HTTP status 401")
      const wrong = yield* dial(globalUrl, { headers: { authorization: "Bearer other" } })
      assert.strictEqual(yield* refusal(wrong), "refused: HTTP status 401")
      yield* connect(globalUrl, { headers: { Authorization: "Bearer secret" } })
      const { headers } = (yield* state).global
      assert.deepStrictEqual(headers["authorization"] && Redacted.value(headers["authorization"]), "Bearer secret")
      assert.notInclude(JSON.stringify(yield* state), "secret")
    }).pipe(inMemory({ token: Redacted.make("secret") }))
  )
})

describe("rules about handshakes", () => {
  it.effect("refuse so many, with a status, and then no more", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const global = yield* connectGlobal
      yield* rehearsal.join(1)
      yield* rehearsal.refuseDials({ count: 2, status: 429 })
      assert.strictEqual(yield* refusal(yield* dial(yield* urlOf(global, 1))), "refused: HTTP status 429")
      assert.strictEqual(yield* refusal(yield* dial(yield* urlOf(global, 1))), "refused: HTTP status 429")
      yield* connect(yield* urlOf(global, 1))
      const { dials } = yield* rehearsal.state
      assert.deepStrictEqual([dials.total, dials.accepted, dials.refused, dials.inFlight], [4, 2, 2, 0])
    }).pipe(inMemory())
  )

  it.effect("may be about one team, all teams, Global, or all", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const global = yield* connectGlobal
      yield* rehearsal.join(1)
      yield* rehearsal.join(2)
      yield* rehearsal.refuseDials({ of: { team: 1 } })
      assert.strictEqual(yield* refusal(yield* dial(yield* urlOf(global, 1))), "refused: HTTP status 503")
      yield* connect(yield* urlOf(global, 2))
      const newer = yield* connectGlobal
      yield* rehearsal.acceptDials
      yield* rehearsal.refuseDials({ of: "global" })
      assert.strictEqual(yield* refusal(yield* dial(rehearsal.globalUrl)), "refused: HTTP status 503")
      yield* connect(yield* urlOf(newer, 1))
      yield* rehearsal.refuseDials({ of: "all", status: 500 })
      assert.strictEqual(yield* refusal(yield* dial(yield* urlOf(newer, 2))), "refused: HTTP status 500")
    }).pipe(inMemory())
  )

  it.effect("leave handshakes unanswered, until the client gives up", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.hangDials({ of: "global" })
      const first = yield* dial(rehearsal.globalUrl)
      const second = yield* dial(rehearsal.globalUrl)
      yield* rehearsal.awaitState(({ dials }) => dials.inFlight === 2)
      first.connection.terminate()
      second.connection.close(1000)
      assert.deepStrictEqual(yield* first.connection.closed, { code: 1006 })
      assert.match(yield* refusal(second), /^unreachable/)
      assert.deepStrictEqual(first.closes, [], "what never opened does not tell its receiver that it closed")
      const { dials } = yield* rehearsal.state
      assert.deepStrictEqual([dials.abandoned, dials.inFlight, dials.maxInFlight], [2, 0, 2])
    }).pipe(inMemory())
  )

  it.effect("answer handshakes later, by Effect's clock", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.delayDials("10 seconds", { of: "global" })
      const patient = yield* dial(rehearsal.globalUrl)
      const impatient = yield* dial(rehearsal.globalUrl)
      yield* TestClock.adjust("9 seconds")
      assert.isFalse(patient.connection.isOpen())
      impatient.connection.terminate()
      yield* TestClock.adjust("1 second")
      assert.isTrue(patient.connection.isOpen())
      const { dials, global } = yield* rehearsal.state
      assert.deepStrictEqual([global.opens, dials.abandoned], [1, 1])
    }).pipe(inMemory())
  )

  it.effect("take so many a second, and refuse the rest", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.limitDials(3)
      const burst = Effect.andThen(
        Effect.forEach(Array.from({ length: 10 }), () => dial(rehearsal.globalUrl)),
        turn
      )
      yield* burst
      assert.strictEqual((yield* rehearsal.state).dials.accepted, 3)
      yield* TestClock.adjust("1 second")
      yield* burst
      const { dials } = yield* rehearsal.state
      assert.deepStrictEqual([dials.accepted, dials.refused], [6, 14])
    }).pipe(inMemory())
  )

  it.effect("lose the hello of sockets that open", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.loseHello({ of: "all", count: 2 })
      const global = yield* connectGlobal
      assert.deepStrictEqual(global.frames, [])
      assert.deepStrictEqual((yield* connectTeam(global, 1)).frames, [])
      assert.lengthOf((yield* connectTeam(global, 2)).frames, 1)
    }).pipe(inMemory())
  )
})

describe("an outage", () => {
  it.effect("cuts every socket and refuses every handshake, until it is over", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const global = yield* connectGlobal
      const team = yield* connectTeam(global, 1)
      const url = yield* urlOf(global, 1)
      yield* rehearsal.startOutage()
      yield* turn
      assert.deepStrictEqual([global.closes, team.closes], [[{ code: 1006 }], [{ code: 1006 }]])
      assert.strictEqual(yield* refusal(yield* dial(rehearsal.globalUrl)), "refused: HTTP status 503")
      assert.strictEqual(yield* refusal(yield* dial(url)), "refused: HTTP status 503")
      assert.strictEqual(yield* refusal(yield* dial(`${url}0`)), "refused: HTTP status 503")
      yield* rehearsal.endOutage
      yield* connectGlobal
      yield* connect(url)
    }).pipe(inMemory())
  )

  it.effect("may leave handshakes hanging, those too that were to be answered later", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.delayDials("1 second", { of: "global" })
      yield* dial(rehearsal.globalUrl)
      yield* turn
      yield* rehearsal.startOutage({ dials: "hang" })
      yield* dial(rehearsal.globalUrl)
      yield* TestClock.adjust("1 hour")
      yield* rehearsal.endOutage
      const { dials } = yield* rehearsal.state
      assert.deepStrictEqual([dials.accepted, dials.refused, dials.inFlight], [0, 0, 2])
    }).pipe(inMemory())
  )
})
