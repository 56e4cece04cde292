import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { Cut, Rehearsal } from "../../src/rehearsal/Rehearsal.ts"
import { connectGlobal, connectTeam, inMemory, turn } from "./client.ts"

const setUp = Effect.gen(function* () {
  const rehearsal = yield* Rehearsal
  const global = yield* connectGlobal
  const team = yield* connectTeam(global, 1)
  return { rehearsal, global, team }
})

describe("a cut", () => {
  it.effect("with a close frame is answered by the client, and both know the code", () =>
    Effect.gen(function* () {
      const { rehearsal, team } = yield* setUp
      assert.isTrue(yield* rehearsal.cut(1, Cut.CloseFrame({ code: 4321 })))
      assert.isFalse(team.connection.isOpen())
      assert.deepStrictEqual(yield* team.connection.closed, { code: 4321 })
      const state = yield* rehearsal.state
      assert.deepStrictEqual(state.team(1).closeCodes, [4321])
      assert.strictEqual(state.openSockets, 0)
    }).pipe(inMemory())
  )

  it.effect("without one is 1006 for both, and nothing that was said is lost", () =>
    Effect.gen(function* () {
      const { rehearsal, team } = yield* setUp
      team.connection.pause()
      yield* rehearsal.say(1, "last words")
      yield* rehearsal.cut(1)
      assert.isFalse(yield* rehearsal.say(1, "too late"))
      team.connection.resume()
      assert.deepStrictEqual(yield* team.connection.closed, { code: 1006 })
      yield* turn
      assert.deepStrictEqual(team.messages, ["last words"])
      assert.deepStrictEqual((yield* rehearsal.state).team(1).closeCodes, [1006])
    }).pipe(inMemory())
  )

  it.effect("by reset loses what the client has not read", () =>
    Effect.gen(function* () {
      const { rehearsal, team } = yield* setUp
      team.connection.pause()
      yield* rehearsal.say(1, "lost")
      yield* rehearsal.cut(1, Cut.Reset())
      assert.deepStrictEqual(yield* team.connection.closed, { code: 1006 })
      assert.deepStrictEqual(team.messages, [])
      const { delivered, said } = (yield* rehearsal.state).team(1)
      assert.deepStrictEqual([said.messages, delivered.messages], [1, 0])
    }).pipe(inMemory())
  )

  it.effect("of all teams leaves Global, and one of Global leaves the teams", () =>
    Effect.gen(function* () {
      const { global, rehearsal, team } = yield* setUp
      const other = yield* connectTeam(global, 2)
      yield* rehearsal.cutAll()
      assert.deepStrictEqual(
        [team, other, global].map(({ connection }) => connection.isOpen()),
        [false, false, true]
      )
      const third = yield* connectTeam(global, 3)
      yield* rehearsal.cutGlobal(Cut.CloseFrame({ code: 1012 }))
      assert.deepStrictEqual(yield* global.connection.closed, { code: 1012 })
      assert.isTrue(third.connection.isOpen())
    }).pipe(inMemory())
  )

  it.effect("of what is not open does nothing", () =>
    Effect.gen(function* () {
      const { rehearsal } = yield* setUp
      assert.isFalse(yield* rehearsal.cut(2))
      assert.isTrue(yield* rehearsal.cut(1))
      assert.isFalse(yield* rehearsal.cut(1))
    }).pipe(inMemory())
  )
})

describe("a socket that is not read", () => {
  it.effect("lets the client's sends wait, says on, and reads all in order when it reads again", () =>
    Effect.gen(function* () {
      const { rehearsal, team } = yield* setUp
      assert.isTrue(yield* rehearsal.stopReading({ team: 1 }))
      assert.isFalse(yield* rehearsal.stopReading({ team: 1 }))
      team.pingTeam(1)
      const sending = yield* Effect.forkChild(team.connection.send(`{"type":"ping","unique_id":2}`))
      yield* turn
      assert.isUndefined(sending.pollUnsafe())
      assert.isTrue(yield* rehearsal.say(1, "heard"))
      assert.deepStrictEqual([team.messages, (yield* rehearsal.state).team(1).pings], [["heard"], 0])
      assert.isTrue(yield* rehearsal.readAgain())
      yield* Fiber.join(sending)
      assert.deepStrictEqual((yield* rehearsal.state).team(1).pingIds, [1, 2])
      assert.isFalse(yield* rehearsal.readAgain({ team: 1 }))
    }).pipe(inMemory())
  )

  it.effect("fails the sends that wait when the connection ends, and answers no close", () =>
    Effect.gen(function* () {
      const { rehearsal, team } = yield* setUp
      yield* rehearsal.stopReading({ team: 1 })
      const sending = yield* Effect.forkChild(Effect.flip(team.connection.send("{}")))
      yield* turn
      team.connection.close(1000)
      yield* turn
      assert.deepStrictEqual([team.closes, sending.pollUnsafe()], [[], undefined])
      team.connection.terminate()
      assert.strictEqual((yield* Fiber.join(sending))._tag, "NotOpen")
      assert.deepStrictEqual(yield* team.connection.closed, { code: 1006 })
    }).pipe(inMemory())
  )
})

describe("a muted socket", () => {
  it.effect("loses frames both ways and answers nothing, but stays open", () =>
    Effect.gen(function* () {
      const { rehearsal, team } = yield* setUp
      assert.isTrue(yield* rehearsal.mute(1))
      team.pingTeam(1)
      team.connection.ping()
      assert.isFalse(yield* rehearsal.sendRaw({ team: 1 }, "lost"))
      yield* turn
      yield* rehearsal.unmute(1)
      team.pingTeam(2)
      yield* turn
      assert.strictEqual(team.controls, 0)
      assert.deepStrictEqual(team.teamEvents, [{ type: "hello" }, { type: "pong", unique_id: 2 }])
      const { openSockets, pingIds } = (yield* rehearsal.state).team(1)
      assert.deepStrictEqual([openSockets, pingIds], [1, [2]])
    }).pipe(inMemory())
  )

  it.effect("never answers a close, until it is unmuted", () =>
    Effect.gen(function* () {
      const { rehearsal, team } = yield* setUp
      yield* rehearsal.mute(1)
      team.connection.close(1000)
      yield* turn
      assert.deepStrictEqual(team.closes, [])
      assert.strictEqual((yield* rehearsal.state).openSockets, 1)
      yield* rehearsal.unmute(1)
      assert.deepStrictEqual(yield* team.connection.closed, { code: 1000 })
      assert.strictEqual((yield* rehearsal.state).openSockets, 0)
    }).pipe(inMemory())
  )

  it.effect("is gone at once when the client terminates it", () =>
    Effect.gen(function* () {
      const { rehearsal, team } = yield* setUp
      yield* rehearsal.mute(1)
      team.connection.close(1000)
      team.connection.terminate()
      assert.deepStrictEqual(yield* team.connection.closed, { code: 1006 })
      assert.deepStrictEqual((yield* rehearsal.state).team(1).closeCodes, [1006])
    }).pipe(inMemory())
  )

  it.effect("loses a close frame of ours too, but not the end of the stream", () =>
    Effect.gen(function* () {
      const { rehearsal, team } = yield* setUp
      yield* rehearsal.mute(1)
      assert.isFalse(yield* rehearsal.cut(1, Cut.CloseFrame({ code: 1001 })))
      assert.isTrue(team.connection.isOpen())
      assert.isTrue(yield* rehearsal.cut(1, Cut.End()))
      assert.deepStrictEqual(yield* team.connection.closed, { code: 1006 })
    }).pipe(inMemory())
  )

  it.effect("is one of those that are open: the next one is not muted", () =>
    Effect.gen(function* () {
      const { global, rehearsal } = yield* setUp
      assert.isTrue(yield* rehearsal.muteGlobal)
      assert.isFalse(yield* rehearsal.askHealth)
      global.connection.terminate()
      yield* connectGlobal
      assert.isTrue(yield* rehearsal.askHealth)
      assert.isFalse(yield* rehearsal.unmuteGlobal)
    }).pipe(inMemory())
  )
})

describe("waiting", () => {
  it.effect("for a state ends when it is reached, at once if it is so already", () =>
    Effect.gen(function* () {
      const { rehearsal, team } = yield* setUp
      const waiting = yield* Effect.forkChild(rehearsal.awaitState((state) => state.team(1).pings === 3))
      for (const id of [1, 2, 3]) {
        assert.strictEqual(waiting.pollUnsafe(), undefined)
        team.pingTeam(id)
        yield* turn
      }
      assert.strictEqual((yield* Fiber.join(waiting)).team(1).pings, 3)
      yield* rehearsal.awaitState((state) => state.team(1).pings === 3)
    }).pipe(inMemory())
  )

  it.effect("for all to be read ends when the last client has read it", () =>
    Effect.gen(function* () {
      const { global, rehearsal, team } = yield* setUp
      yield* rehearsal.settle
      yield* connectTeam(global, 2)
      yield* connectTeam(global, 3)
      yield* rehearsal.mute(3)
      team.connection.pause()
      yield* rehearsal.say(1, "one")
      yield* rehearsal.say(2, "two")
      const settling = yield* Effect.forkChild(rehearsal.settle, { startImmediately: true })
      yield* turn
      assert.strictEqual(settling.pollUnsafe(), undefined)
      assert.strictEqual((yield* rehearsal.state).delivered.messages, 1)
      team.connection.resume()
      yield* Fiber.join(settling)
      assert.strictEqual((yield* rehearsal.state).delivered.messages, 2)
    }).pipe(inMemory())
  )
})
