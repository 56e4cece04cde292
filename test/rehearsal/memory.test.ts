import { assert, describe, it } from "@effect/vitest"
import { Cause, Clock, Context, Duration, Effect, Exit, Layer, Random, Scope } from "effect"
import { TestClock } from "effect/testing"
import { layerMemory } from "../../src/rehearsal/memory/RehearsalMemory.ts"
import { Cut, Rehearsal } from "../../src/rehearsal/Rehearsal.ts"
import { open, Socket } from "../../src/services/Socket.ts"
import { Endpoint } from "../../src/wire/Endpoint.ts"
import { connect, connectGlobal, connectTeam, dial, inMemory, turn } from "./client.ts"

describe("a connection in memory", () => {
  it.effect("is not open when connect returns, and calls back only when its caller has given up control", () =>
    Effect.gen(function* () {
      const { globalUrl } = yield* Rehearsal
      const client = yield* dial(globalUrl)
      assert.isFalse(client.connection.isOpen())
      assert.deepStrictEqual(client.frames, [])
      yield* client.connection.opened
      assert.isTrue(client.connection.isOpen())
      const { state } = yield* Rehearsal
      client.connection.post("{")
      assert.lengthOf(
        yield* Effect.map(
          Effect.sync(() => client.frames),
          (frames) => [...frames]
        ),
        0
      )
      yield* turn
      assert.lengthOf((yield* state).global.malformed, 1)
    }).pipe(inMemory())
  )

  it.effect("never calls its receiver in the middle of another call", () =>
    Effect.gen(function* () {
      const global = yield* connectGlobal
      const log: Array<string> = []
      const team = yield* connectTeam(global, 1, {
        onFrame: (frame) => {
          log.push("in")
          if (frame.includes("message")) team.pingTeam(1)
          log.push("out")
        }
      })
      const { say } = yield* Rehearsal
      yield* say(1, "one")
      assert.deepStrictEqual(log, ["in", "out", "in", "out", "in", "out"])
    }).pipe(inMemory())
  )

  it.effect("cannot send when it is closing or closed", () =>
    Effect.gen(function* () {
      const global = yield* connectGlobal
      yield* global.connection.send("{")
      global.connection.close(1000)
      assert.strictEqual((yield* Effect.flip(global.connection.send("{")))._tag, "NotOpen")
      yield* global.connection.closed
      global.connection.post("{")
      global.connection.ping()
      global.connection.close(1000)
      global.connection.terminate()
      yield* turn
      const { state } = yield* Rehearsal
      assert.lengthOf((yield* state).global.malformed, 1)
      assert.deepStrictEqual(global.closes, [{ code: 1000 }])
    }).pipe(inMemory())
  )

  it.effect("still reads what was said before the answer to its close", () =>
    Effect.gen(function* () {
      const { mute, say, unmute } = yield* Rehearsal
      const team = yield* connectTeam(yield* connectGlobal, 1)
      team.connection.pause()
      yield* say(1, "one more")
      yield* mute(1)
      team.connection.close(1000)
      yield* turn
      assert.deepStrictEqual(team.messages, ["one more"], "a close reads on, or its answer would never be heard")
      yield* unmute(1)
      assert.deepStrictEqual(yield* team.connection.closed, { code: 1000 })
    }).pipe(inMemory())
  )

  it.effect("that is paused holds frames back up to its limit, and takes no more", () =>
    Effect.gen(function* () {
      const { say, state } = yield* Rehearsal
      const team = yield* connectTeam(yield* connectGlobal, 1)
      team.connection.pause()
      const taken = yield* Effect.forEach(Array.from({ length: 20 }), () => say(1, "x".repeat(66)))
      assert.strictEqual(taken.filter((took) => took).length, 10)
      assert.deepStrictEqual(team.messages, [])
      team.connection.resume()
      yield* turn
      assert.lengthOf(team.messages, 10)
      assert.isTrue(yield* say(1, "and on"))
      assert.strictEqual((yield* state).team(1).said.messages, 11)
    }).pipe(inMemory({ maxUnread: 1_000 }))
  )

  it.effect("closes with 1009 on a frame over the limit, which is measured in bytes", () =>
    Effect.gen(function* () {
      const { sendRaw, state } = yield* Rehearsal
      const team = yield* connectTeam(yield* connectGlobal, 1)
      yield* sendRaw({ team: 1 }, "é".repeat(50))
      assert.isTrue(team.connection.isOpen())
      yield* sendRaw({ team: 1 }, "é".repeat(51))
      assert.deepStrictEqual(yield* team.connection.closed, { code: 1009, violation: "message-size" })
      assert.lengthOf(team.frames, 2)
      assert.deepStrictEqual((yield* state).team(1).closeCodes, [1009])
    }).pipe(inMemory({ maxFrame: 100 }))
  )

  it.effect("is reached at the server's address, if the policy lets it", () =>
    Effect.gen(function* () {
      const { globalUrl } = yield* Rehearsal
      const asked: Array<string> = []
      const refused = yield* dial(globalUrl, { allowsAddress: (address) => asked.push(address) > 1 })
      assert.strictEqual((yield* Effect.flip(refused.connection.opened)).reason, "forbidden")
      assert.deepStrictEqual(asked, ["10.0.0.1"])
      const global = yield* connect(globalUrl)
      assert.strictEqual(global.connection.peerAddress(), "10.0.0.1")
    }).pipe(inMemory({ address: "10.0.0.1" }))
  )

  it.effect("whose receiver throws is dropped, and no other, and `closed` dies of it", () =>
    Effect.gen(function* () {
      const global = yield* connectGlobal
      const { say } = yield* Rehearsal
      const team = yield* connectTeam(global, 1, {
        onFrame: (frame) => {
          if (frame.includes("bang")) throw new Error("bang")
        }
      })
      yield* say(1, "bang")
      const exit = yield* Effect.exit(team.connection.closed)
      assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause))
      assert.isTrue(global.connection.isOpen())
    }).pipe(inMemory())
  )

  it.effect("to a peer that never answers the close is ended by the drain timeout", () =>
    Effect.gen(function* () {
      const { globalUrl, muteGlobal, state } = yield* Rehearsal
      const endpoint = yield* Effect.fromResult(Endpoint.parse(globalUrl))
      const scope = yield* Scope.make()
      const connection = yield* open(
        { endpoint, allowsAddress: () => true },
        { onFrame: () => {}, onControl: () => {}, onClosed: () => {} },
        { connectTimeout: 1_000, drainTimeout: 5_000 }
      ).pipe(Scope.provide(scope))
      yield* muteGlobal
      const closing = yield* Effect.forkChild(Scope.close(scope, Exit.void), { startImmediately: true })
      yield* TestClock.adjust("4999 millis")
      assert.strictEqual(closing.pollUnsafe(), undefined)
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(yield* connection.closed, { code: 1006 })
      assert.strictEqual((yield* state).global.openSockets, 0)
    }).pipe(inMemory())
  )

  it.effect("is lost when the server's Scope closes", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const context = yield* Layer.buildWithScope(layerMemory(), scope)
      const { client, hanging } = yield* Effect.gen(function* () {
        const { globalUrl, hangDials } = yield* Rehearsal
        const client = yield* connectGlobal
        yield* hangDials({ of: "all" })
        return { client, hanging: yield* dial(globalUrl) }
      }).pipe(Effect.provide(context))
      yield* Scope.close(scope, Exit.void)
      assert.deepStrictEqual(yield* client.connection.closed, { code: 1006 })
      hanging.connection.terminate()
      assert.deepStrictEqual(yield* hanging.connection.closed, { code: 1006 })
    })
  )
})

describe("latency", () => {
  it.effect("passes by Effect's clock, each way, and keeps the order", () =>
    Effect.gen(function* () {
      const { globalUrl, join, state } = yield* Rehearsal
      const global = yield* dial(globalUrl)
      yield* TestClock.adjust("10 millis")
      assert.strictEqual((yield* state).global.opens, 1)
      assert.isFalse(global.connection.isOpen())
      yield* TestClock.adjust("10 millis")
      assert.deepStrictEqual(global.events, [{ type: "hello" }])
      yield* join(1)
      yield* TestClock.adjust("5 millis")
      yield* join(2)
      yield* TestClock.adjust("5 millis")
      assert.lengthOf(global.events, 2)
      yield* TestClock.adjust("5 millis")
      assert.deepStrictEqual(global.events.slice(1), [
        { type: "team.join", team_id: 1 },
        { type: "team.join", team_id: 2 }
      ])
    }).pipe(inMemory({ latency: "10 millis" }))
  )

  it.effect("may be drawn for each frame: a connection keeps its order, and a seed its story", () => {
    const story = Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const arrivals: Array<string> = []
      const clock = yield* Clock.Clock
      const note = (name: string) => () => void arrivals.push(`${name}@${clock.currentTimeMillisUnsafe()}`)
      for (const name of ["a", "b"]) yield* dial(rehearsal.globalUrl, { onFrame: note(name) })
      yield* Effect.forEach(
        Array.from({ length: 50 }, (_, id) => id),
        (id) => rehearsal.join(id)
      )
      yield* TestClock.adjust("1 minute")
      for (let id = 0; id < 50; id++) yield* rehearsal.join(id)
      yield* TestClock.adjust("1 minute")
      return arrivals
    }).pipe(
      inMemory({ latency: Effect.map(Random.nextBetween(0, 1_000), Duration.millis) }),
      Random.withSeed("latency"),
      Effect.provide(TestClock.layer())
    )
    return Effect.gen(function* () {
      const first = yield* story
      assert.isAtLeast(first.length, 100)
      assert.deepStrictEqual(yield* story, first)
    })
  })

  it.effect("loses what is under way when the client terminates, and the server knows at once", () =>
    Effect.gen(function* () {
      const { globalUrl, join, state } = yield* Rehearsal
      const global = yield* dial(globalUrl)
      yield* TestClock.adjust("1 second")
      yield* join(1)
      global.connection.post("{")
      global.connection.terminate()
      yield* turn
      assert.strictEqual((yield* state).global.openSockets, 0)
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(global.events, [{ type: "hello" }])
      assert.lengthOf((yield* state).global.malformed, 0)
    }).pipe(inMemory({ latency: "10 millis" }))
  )

  it.effect("does not hide a handshake that was accepted and given up", () =>
    Effect.gen(function* () {
      const { globalUrl, state } = yield* Rehearsal
      const global = yield* dial(globalUrl)
      yield* TestClock.adjust("10 millis")
      assert.strictEqual((yield* state).global.openSockets, 1)
      global.connection.terminate()
      yield* turn
      assert.strictEqual((yield* state).global.openSockets, 0)
    }).pipe(inMemory({ latency: "10 millis" }))
  )

  it.effect("a cut that crosses a close ends both ends once", () =>
    Effect.gen(function* () {
      const { cut, globalUrl, join, offer, state } = yield* Rehearsal
      const global = yield* dial(globalUrl)
      yield* TestClock.adjust("1 second")
      yield* join(1)
      yield* offer(1)
      yield* TestClock.adjust("1 second")
      const team = yield* dial(global.urls[0] ?? "")
      yield* TestClock.adjust("1 second")
      yield* cut(1, Cut.CloseFrame({ code: 1011 }))
      team.connection.close(1000)
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(team.closes, [{ code: 1011 }])
      assert.deepStrictEqual((yield* state).team(1).closeCodes, [1000])
      assert.strictEqual((yield* state).openSockets, 0)
    }).pipe(inMemory({ latency: "10 millis" }))
  )
})

describe("a fleet of 10,000", () => {
  it.effect("costs no more for each frame than a small one", () =>
    Effect.gen(function* () {
      const { cutAll, say, settle, state } = yield* Rehearsal
      const global = yield* connectGlobal
      const socket = yield* Socket
      const ids = Array.from({ length: 10_000 }, (_, id) => id)
      const closes = { count: 0 }
      for (const id of ids) {
        const rehearsal = yield* Rehearsal
        yield* rehearsal.join(id)
        yield* rehearsal.offer(id)
      }
      for (const url of global.urls) {
        const endpoint = yield* Effect.fromResult(Endpoint.parse(url))
        yield* socket.connect(
          { endpoint, allowsAddress: () => true },
          { onFrame: () => {}, onControl: () => {}, onClosed: () => void closes.count++ }
        )
      }
      yield* turn
      for (let round = 0; round < 10; round++) for (const id of ids) yield* say(id, "props")
      yield* settle
      const { connectedTeams, delivered } = yield* state
      assert.deepStrictEqual([connectedTeams, delivered.messages], [10_000, 100_000])
      yield* cutAll(Cut.Reset())
      assert.strictEqual(closes.count, 10_000)
      assert.strictEqual((yield* state).connectedTeams, 0)
    }).pipe(inMemory())
  )
})

it.effect("what it logs and shows of itself names no URL", () =>
  Effect.gen(function* () {
    const context = yield* Layer.build(layerMemory())
    const { state } = Context.get(context, Rehearsal)
    const { globalUrl } = Context.get(context, Rehearsal)
    yield* dial(globalUrl.replace("global", "connect/secret")).pipe(Effect.provide(context))
    yield* turn
    const { dials } = yield* state
    assert.strictEqual(dials.total, 1)
    assert.notInclude(JSON.stringify(dials), "secret")
  })
)
