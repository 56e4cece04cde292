import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { Cut, Rehearsal } from "../../src/rehearsal/Rehearsal.ts"
import { connectGlobal, connectTeam, inMemory, turn } from "./client.ts"

const stats = (id: number) => ({ id, connected: true, message_count: 1, props_count: 0 })

describe("the example sequence", () => {
  it.effect("is what a client hears and does", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const global = yield* connectGlobal
      const team = yield* connectTeam(global, 1)
      yield* rehearsal.say(1, "hi")
      yield* rehearsal.leave(1, "team")
      team.connection.close(1000)
      yield* team.connection.closed
      yield* rehearsal.goodbye
      global.connection.close(1000)
      yield* global.connection.closed

      assert.deepStrictEqual(
        global.events.map((event) => event.type),
        ["hello", "team.join", "team.connect", "goodbye"]
      )
      assert.deepStrictEqual(team.teamEvents, [
        { type: "hello" },
        { type: "message", text: "hi" },
        { type: "team.left", team_id: 1 }
      ])
      const state = yield* rehearsal.state
      assert.deepStrictEqual(state.team(1).closeCodes, [1000])
      assert.deepStrictEqual(state.global.closeCodes, [1000])
    }).pipe(inMemory())
  )
})

describe("join and leave", () => {
  it.effect("a join is said on Global, and said again when it comes twice", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const global = yield* connectGlobal
      yield* rehearsal.join(1)
      yield* rehearsal.join(1)
      assert.deepStrictEqual(global.events.slice(1), [
        { type: "team.join", team_id: 1 },
        { type: "team.join", team_id: 1 }
      ])
      assert.strictEqual((yield* rehearsal.state).presentTeams, 1)
    }).pipe(inMemory())
  )

  it.effect("a new Global connection hears of every team that is present, after hello", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* Effect.forEach([1, "two", 3], (id) => rehearsal.join(id))
      yield* rehearsal.leave(3)
      yield* connectGlobal
      yield* rehearsal.cutGlobal()
      const second = yield* connectGlobal
      assert.deepStrictEqual(second.events, [
        { type: "hello" },
        { type: "team.join", team_id: 1 },
        { type: "team.join", team_id: "two" }
      ])
    }).pipe(inMemory())
  )

  it.effect("without replay it hears only of teams that were never announced", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.configure({ replayJoins: false })
      yield* connectGlobal
      yield* rehearsal.join(1)
      yield* rehearsal.cutGlobal()
      yield* rehearsal.join(2)
      const second = yield* connectGlobal
      assert.deepStrictEqual(second.events, [{ type: "hello" }, { type: "team.join", team_id: 2 }])
    }).pipe(inMemory())
  )

  it.effect("left is said on Global, on the team's socket, on both or nowhere", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const global = yield* connectGlobal
      const teams = yield* Effect.forEach([1, 2, 3, 4], (id) => connectTeam(global, id))
      yield* rehearsal.leave(1)
      yield* rehearsal.leave(2, "team")
      yield* rehearsal.leave(3, "both")
      yield* rehearsal.leave(4, "nowhere")
      const onTeams = teams.map((team) => team.teamEvents.filter((event) => event.type === "team.left").length)
      const onGlobal = global.events.flatMap((event) => (event.type === "team.left" ? [event.team_id] : []))
      assert.deepStrictEqual(onTeams, [0, 1, 1, 0])
      assert.deepStrictEqual(onGlobal, [1, 3])
      assert.strictEqual((yield* rehearsal.state).presentTeams, 0)
    }).pipe(inMemory())
  )
})

describe("a team that never joined", () => {
  it.effect("is not known for being offered or leaving", () =>
    Effect.gen(function* () {
      const { leave, offer, state } = yield* Rehearsal
      const global = yield* connectGlobal
      yield* leave(7, "both")
      yield* offer(8)
      assert.deepStrictEqual(
        global.events.map((event) => event.type),
        ["hello", "team.left", "team.connect"]
      )
      const { presentTeams, team, teams } = yield* state
      assert.deepStrictEqual([presentTeams, teams.size, team(7).present], [0, 0, false])
    }).pipe(inMemory())
  )
})

describe("say", () => {
  it.effect("is tallied when a socket took it, and has been read when it returns", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const team = yield* connectTeam(yield* connectGlobal, 1)
      assert.isTrue(yield* rehearsal.say(1, "hello"))
      assert.isTrue(yield* rehearsal.say(1, "props, props!"))
      assert.isTrue(yield* rehearsal.say(1, "Props"))
      assert.deepStrictEqual(team.messages, ["hello", "props, props!", "Props"])
      const state = yield* rehearsal.state
      assert.deepInclude(state.team(1).said, { messages: 3, props: 1 })
      assert.deepInclude(state.team(1).delivered, { messages: 3, props: 1 })
      assert.deepInclude(state.said, { messages: 3, props: 1 })
    }).pipe(inMemory())
  )

  it.effect("that comes in parts is heard and tallied when it is whole, and nothing else is said until then", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const team = yield* connectTeam(yield* connectGlobal, 1)
      assert.isTrue(yield* rehearsal.sayInParts(1, "slow props", { parts: 3, every: "1 second" }))
      assert.isFalse(yield* rehearsal.say(1, "in between"))
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual([team.messages, (yield* rehearsal.state).said.messages], [[], 0])
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(team.messages, ["slow props"])
      const { delivered, said } = (yield* rehearsal.state).team(1)
      assert.deepInclude(said, { messages: 1, props: 1 })
      assert.deepInclude(delivered, { messages: 1, props: 1 })
      assert.isTrue(yield* rehearsal.say(1, "after it"))
    }).pipe(inMemory())
  )

  it.effect("that is never whole is closed by the client with 1008 when its time is over, and never tallied", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const team = yield* connectTeam(yield* connectGlobal, 1)
      yield* rehearsal.sayInParts(1, "slow", { parts: Infinity, every: "1 second" })
      yield* TestClock.adjust("9 seconds")
      assert.isTrue(team.connection.isOpen())
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* team.connection.closed, { code: 1008, violation: "message-time" })
      const state = yield* rehearsal.state
      assert.deepStrictEqual([state.team(1).closeCodes, state.said.messages], [[1008], 0])
    }).pipe(inMemory({ messageTimeout: "10 seconds" }))
  )

  it.effect("is not tallied without an open, unmuted socket of a present team", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      assert.isFalse(yield* rehearsal.say(1, "unknown"))
      yield* rehearsal.join(1)
      assert.isFalse(yield* rehearsal.say(1, "not connected"))
      const global = yield* connectGlobal
      const team = yield* connectTeam(global, 1)
      yield* rehearsal.mute(1)
      assert.isFalse(yield* rehearsal.say(1, "muted"))
      yield* rehearsal.unmute(1)
      assert.isTrue(yield* rehearsal.say(1, "heard"))
      yield* rehearsal.leave(1)
      assert.isFalse(yield* rehearsal.say(1, "absent"))
      yield* rehearsal.join(1)
      team.connection.terminate()
      assert.isFalse(yield* rehearsal.say(1, "gone"), "what the client has done is known before a verb does its work")
      assert.strictEqual((yield* rehearsal.state).said.messages, 1)
      assert.deepStrictEqual(team.messages, ["heard"])
    }).pipe(inMemory())
  )
})

describe("healthcheck", () => {
  it.effect("asks, and gives the answers in their order", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const global = yield* connectGlobal
      const first = yield* Effect.forkChild(rehearsal.healthcheck, { startImmediately: true })
      const second = yield* Effect.forkChild(rehearsal.healthcheck, { startImmediately: true })
      global.tell({ type: "healthcheck", stats: [stats(1)] })
      global.tell({ type: "healthcheck", stats: [stats(2)] })
      assert.deepStrictEqual(yield* Fiber.join(first), [stats(1)])
      assert.deepStrictEqual(yield* Fiber.join(second), [stats(2)])
      const state = yield* rehearsal.state
      assert.deepStrictEqual(state.global.healthchecks, [[stats(1)], [stats(2)]])
      assert.strictEqual(global.events.filter((event) => event.type === "healthcheck").length, 2)
    }).pipe(inMemory())
  )

  it.effect("fails without a Global connection, and when that is lost before the answer", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      assert.strictEqual((yield* Effect.flip(rehearsal.healthcheck))._tag, "GlobalLost")
      assert.isFalse(yield* rehearsal.askHealth)
      yield* connectGlobal
      assert.isTrue(yield* rehearsal.askHealth)
      const asked = yield* Effect.forkChild(Effect.flip(rehearsal.healthcheck), { startImmediately: true })
      yield* rehearsal.cutGlobal(Cut.Reset())
      assert.strictEqual((yield* Fiber.join(asked))._tag, "GlobalLost")
    }).pipe(inMemory())
  )
})

describe("what else the server says", () => {
  it.effect("errors with and without a team, on Global only", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      assert.isFalse(yield* rehearsal.error({ message: "nobody hears" }))
      const global = yield* connectGlobal
      yield* rehearsal.error({ message: "odd" })
      yield* rehearsal.error({ message: "bad ask", teamId: 7, receivedMessage: { type: "team.connect" } })
      assert.deepStrictEqual(global.events.slice(1), [
        { type: "error", message: "odd" },
        { type: "error", message: "bad ask", received_message: { type: "team.connect" }, team_id: 7 }
      ])
    }).pipe(inMemory())
  )

  it.effect("raw frames, as they are, text or bytes, never tallied", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const global = yield* connectGlobal
      const team = yield* connectTeam(global, 1)
      yield* rehearsal.sendRaw("global", "{nonsense")
      yield* rehearsal.sendRaw({ team: 1 }, new TextEncoder().encode(`{"type":"message","text":"ünïcode"}`))
      assert.isFalse(yield* rehearsal.sendRaw({ team: 2 }, "nobody"))
      assert.strictEqual(global.frames.at(-1), "{nonsense")
      assert.deepStrictEqual(team.messages, ["ünïcode"])
      assert.strictEqual((yield* rehearsal.state).said.messages, 0)
    }).pipe(inMemory())
  )
})

describe("what the server hears", () => {
  it.effect("pings of a team are answered, and their ids are kept", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const team = yield* connectTeam(yield* connectGlobal, 1)
      team.pingTeam(4)
      team.pingTeam(9)
      team.connection.ping()
      yield* turn
      assert.deepStrictEqual(team.teamEvents.slice(1), [
        { type: "pong", unique_id: 4 },
        { type: "pong", unique_id: 9 }
      ])
      assert.strictEqual(team.controls, 1)
      const { pingIds, pings, protocolPings } = (yield* rehearsal.state).team(1)
      assert.deepStrictEqual({ pingIds, pings, protocolPings }, { pingIds: [4, 9], pings: 2, protocolPings: 1 })
    }).pipe(inMemory())
  )

  it.effect("frames that are no event are noted, on both connections", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const global = yield* connectGlobal
      const team = yield* connectTeam(global, 1)
      for (const { connection } of [global, team]) {
        connection.post("{")
        connection.post(`{"type":"dance"}`)
      }
      global.connection.post(`{"type":"healthcheck","stats":[{"id":1}]}`)
      yield* turn
      const state = yield* rehearsal.state
      assert.strictEqual(state.global.malformed.length, 3)
      assert.deepStrictEqual(state.team(1).malformed, ["the frame is not JSON", "unknown type dance"])
      assert.isTrue(global.connection.isOpen() && team.connection.isOpen())
    }).pipe(inMemory())
  )
})
