import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { Answer, Rehearsal } from "../../src/rehearsal/Rehearsal.ts"
import { type Client, connect, connectGlobal, connectTeam, dial, inMemory, turn, urlOf } from "./client.ts"

const failure = (client: Client) => Effect.flip(client.connection.opened)

/** A Global connection, with so many teams present. */
const joined = Effect.fnUntraced(function* (teams: number) {
  const rehearsal = yield* Rehearsal
  const global = yield* connectGlobal
  for (let id = 1; id <= teams; id++) yield* rehearsal.join(id)
  return { rehearsal, global, state: yield* rehearsal.state }
})

describe("hosts of teams", () => {
  it.effect("one is Global's own", () =>
    Effect.gen(function* () {
      const { global, state } = yield* joined(1)
      assert.strictEqual(new URL(yield* urlOf(global, 1)).host, "rehearsal.test")
      assert.strictEqual(state.team(1).host, "rehearsal.test")
    }).pipe(inMemory())
  )

  it.effect("many take turns, and a team keeps its own", () =>
    Effect.gen(function* () {
      const { global, rehearsal, state } = yield* joined(4)
      yield* rehearsal.leave(2)
      yield* rehearsal.join(2)
      for (const [id, host] of [
        [1, "h0.rehearsal.test"],
        [2, "h1.rehearsal.test"],
        [3, "h2.rehearsal.test"],
        [4, "h0.rehearsal.test"]
      ] as const) {
        const url = yield* urlOf(global, id)
        assert.deepStrictEqual([new URL(url).host, state.team(id).host], [host, host])
        yield* connect(url)
      }
    }).pipe(inMemory({ hosts: 3 }))
  )

  it.effect("are told apart by rules, and Global is on none of many", () =>
    Effect.gen(function* () {
      const { global, rehearsal } = yield* joined(2)
      yield* rehearsal.refuseDials({ of: { host: "h1.rehearsal.test" } })
      yield* connect(yield* urlOf(global, 1))
      assert.strictEqual((yield* failure(yield* dial(yield* urlOf(global, 2)))).message, "refused: HTTP status 503")
      yield* connectGlobal
    }).pipe(inMemory({ hosts: 2 }))
  )
})

describe("rules about a part of the teams", () => {
  it.effect("name the teams", () =>
    Effect.gen(function* () {
      const { global, rehearsal } = yield* joined(3)
      yield* rehearsal.refuseDials({ of: { teams: [1, 3] } })
      for (const id of [1, 3]) yield* failure(yield* dial(yield* urlOf(global, id)))
      yield* connect(yield* urlOf(global, 2))
      yield* connectGlobal
    }).pipe(inMemory())
  )

  it.effect("may hold for a time, by Effect's clock, and then make room for others", () =>
    Effect.gen(function* () {
      const { global, rehearsal, state } = yield* joined(1)
      yield* rehearsal.refuseDials({ lasting: "1 minute", status: 429 })
      yield* rehearsal.refuseDials({ lasting: "2 minutes" })
      const obstacle = () => state.obstacleTo({ team: 1 })
      for (const status of [429, 503]) {
        const error = yield* failure(yield* dial(yield* urlOf(global, 1)))
        assert.strictEqual(error.message, `refused: HTTP status ${status}`)
        assert.isDefined(obstacle())
        yield* TestClock.adjust("1 minute")
      }
      assert.isUndefined(obstacle())
      yield* connect(yield* urlOf(global, 1))
    }).pipe(inMemory())
  )
})

describe("a refusal", () => {
  it.effect("says how many seconds not to come back for", () =>
    Effect.gen(function* () {
      const { global, rehearsal } = yield* joined(1)
      yield* rehearsal.refuseDials({ status: 429, retryAfter: 7, count: 1 })
      const error = yield* failure(yield* dial(yield* urlOf(global, 1)))
      assert.deepStrictEqual([error.message, error.retryAfter], ["refused: HTTP status 429", 7_000])
      yield* rehearsal.refuseDials({ count: 1 })
      assert.isUndefined((yield* failure(yield* dial(yield* urlOf(global, 1)))).retryAfter)
    }).pipe(inMemory())
  )
})

describe("handshakes that are accepted in vain", () => {
  it.effect("are closed with a code before anything is said", () =>
    Effect.gen(function* () {
      const { global, rehearsal, state } = yield* joined(1)
      yield* rehearsal.closeDials({ code: 1013, count: 1 })
      const team = yield* connect(yield* urlOf(global, 1))
      assert.deepStrictEqual([team.frames, team.closes], [[], [{ code: 1013 }]])
      assert.deepStrictEqual([state.team(1).openSockets, state.team(1).opens], [0, 1])
      assert.strictEqual((yield* connectTeam(global, 1)).frames.length, 1)
    }).pipe(inMemory())
  )

  it.effect("or later, when they have been greeted, by Effect's clock", () =>
    Effect.gen(function* () {
      const { global, rehearsal } = yield* joined(1)
      yield* rehearsal.closeDials({ of: { team: 1 }, code: 4008, after: "2 seconds" })
      const team = yield* connectTeam(global, 1)
      yield* TestClock.adjust("1999 millis")
      assert.deepStrictEqual([team.frames.length, team.closes], [1, []])
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(team.closes, [{ code: 4008 }])
    }).pipe(inMemory())
  )

  it.effect("also when they had to wait", () =>
    Effect.gen(function* () {
      const { global, rehearsal, state } = yield* joined(1)
      yield* rehearsal.closeDials({ code: 1013 })
      yield* rehearsal.queueDials(10)
      const team = yield* dial(yield* urlOf(global, 1))
      yield* TestClock.adjust("100 millis")
      yield* turn
      assert.deepStrictEqual([team.closes, state.team(1).openSockets], [[{ code: 1013 }], 0])
    }).pipe(inMemory())
  )

  it.effect("those of Global too, which hears of no team", () =>
    Effect.gen(function* () {
      const { rehearsal } = yield* joined(1)
      yield* rehearsal.closeDials({ of: "global", code: 1013 })
      const global = yield* connectGlobal
      assert.deepStrictEqual([global.frames, global.closes], [[], [{ code: 1013 }]])
    }).pipe(inMemory())
  )
})

describe("a server that bears so many handshakes a second", () => {
  it.effect("takes one after the other, the later the more there are", () =>
    Effect.gen(function* () {
      const { rehearsal, state } = yield* joined(0)
      yield* rehearsal.queueDials(10)
      const since = state.dials.accepted
      yield* Effect.forEach(Array.from({ length: 5 }), () => dial(rehearsal.globalUrl))
      yield* turn
      for (const accepted of [1, 2, 3, 4, 5]) {
        yield* TestClock.adjust("99 millis")
        assert.strictEqual(state.dials.accepted - since, accepted - 1)
        yield* TestClock.adjust("1 millis")
        assert.strictEqual(state.dials.accepted - since, accepted)
      }
      yield* TestClock.adjust("1 minute")
      yield* Effect.andThen(dial(rehearsal.globalUrl), TestClock.adjust("100 millis"))
      assert.strictEqual(state.dials.accepted - since, 6, "a rest saves up nothing, and costs nothing")
      yield* rehearsal.acceptDials
      yield* connectGlobal
    }).pipe(inMemory())
  )
})

describe("what would keep an attempt from succeeding", () => {
  it.effect("is told of each connection, by the rules in force", () =>
    Effect.gen(function* () {
      const { global, rehearsal, state } = yield* joined(2)
      const whole = () => [state.obstacleTo("global"), ...[1, 2].map((team) => state.obstacleTo({ team }))]
      const nothing = [undefined, undefined, undefined]
      assert.deepStrictEqual(whole(), nothing)
      assert.strictEqual(state.obstacleTo({ team: 3 }), "the team is absent")

      yield* rehearsal.refuseDials({ of: { team: 1 }, count: 1 })
      assert.deepStrictEqual(whole(), [undefined, "handshakes: Refuse", undefined])
      yield* dial(yield* urlOf(global, 1))
      yield* turn
      assert.deepStrictEqual(whole(), nothing, "a rule that is used up keeps nobody")

      yield* rehearsal.hangDials({ of: { host: "h1.rehearsal.test" } })
      yield* rehearsal.answerAsks(Answer.Never(), { team: 1 })
      assert.deepStrictEqual(whole(), [undefined, "asks are answered: Never", "handshakes: Hang"])
      yield* rehearsal.answerAsks(Answer.Twice())
      yield* rehearsal.acceptDials
      assert.deepStrictEqual(whole(), nothing)

      for (const [rule, obstacle] of [
        [rehearsal.closeDials({ code: 1013, of: "all" }), "sockets are closed again"],
        [rehearsal.delayDials(1, { of: "all" }), "handshakes are answered later"],
        [rehearsal.loseHello({ of: "all" }), "hello is lost"],
        [rehearsal.limitDials(1), "so many handshakes a second are taken"],
        [rehearsal.queueDials(1), "so many handshakes a second are taken"]
      ] as const) {
        yield* rule
        assert.deepStrictEqual(whole(), [obstacle, obstacle, obstacle])
        yield* rehearsal.acceptDials
      }

      yield* rehearsal.muteGlobal
      assert.deepStrictEqual(whole(), [undefined, "Global is down", "Global is down"])
      yield* rehearsal.startOutage()
      assert.strictEqual(state.obstacleTo("global"), "there is an outage")
    }).pipe(inMemory({ hosts: 2 }))
  )

  it.effect("is for its whole host that clients have been asked to stay away", () =>
    Effect.gen(function* () {
      const { global, rehearsal, state } = yield* joined(3)
      yield* rehearsal.refuseDials({ of: { team: 1 }, status: 503, retryAfter: 60, count: 1 })
      yield* dial(yield* urlOf(global, 1))
      yield* turn
      yield* rehearsal.acceptDials
      const obstacles = () => [1, 2, 3].map((team) => state.obstacleTo({ team }))
      const away = "clients are asked to stay away"
      assert.deepStrictEqual(obstacles(), [away, undefined, away])
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(obstacles(), [undefined, undefined, undefined])
    }).pipe(inMemory({ hosts: 2 }))
  )
})

describe("attempts that rules have foiled", () => {
  it.effect("are counted, those of Global too", () =>
    Effect.gen(function* () {
      const { global, rehearsal, state } = yield* joined(1)
      const foiledBy = Effect.fnUntraced(function* <R>(
        rule: Effect.Effect<void>,
        attempt: Effect.Effect<unknown, never, R>
      ) {
        const { foiled } = state.team(1)
        yield* rule
        yield* attempt
        yield* turn
        return state.team(1).foiled - foiled
      })
      const ask = Effect.sync(() => global.ask(1))
      const handshake = Effect.flatMap(
        Effect.sync(() => global.urls.at(-1) ?? ""),
        (url) => dial(url)
      )
      const count = 1
      assert.strictEqual(yield* foiledBy(Effect.void, ask), 0)
      assert.strictEqual(yield* foiledBy(rehearsal.refuseDials({ count }), handshake), 1)
      assert.strictEqual(yield* foiledBy(rehearsal.hangDials({ count }), handshake), 1)
      assert.strictEqual(yield* foiledBy(rehearsal.delayDials(60_000, { count }), handshake), 1)
      assert.strictEqual(yield* foiledBy(rehearsal.closeDials({ code: 1013, count }), handshake), 1)
      assert.strictEqual(yield* foiledBy(Effect.void, handshake), 1, "a URL that was used")
      assert.strictEqual(yield* foiledBy(rehearsal.loseHello({ count }), Effect.andThen(ask, turn)), 0)
      assert.strictEqual(yield* foiledBy(Effect.void, handshake), 1, "without a hello")
      assert.strictEqual(yield* foiledBy(rehearsal.answerAsks(Answer.Never(), { times: 1 }), ask), 1)
      yield* foiledBy(rehearsal.refuseDials({ of: "global", count }), dial(rehearsal.globalUrl))
      assert.strictEqual(state.global.foiled, 1)
    }).pipe(inMemory())
  )
})
