import type { IncomingHttpHeaders } from "node:http"
import { createConnection } from "node:net"
import * as NodeWS from "@effect/platform-node/NodeWS"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Exit, Fiber, Layer, Redacted, Scope } from "effect"
import { Cut, Rehearsal } from "../../src/rehearsal/Rehearsal.ts"
import { layerServer, type ServerOptions } from "../../src/rehearsal/ws/RehearsalServer.ts"
import { connect, connectGlobal, connectTeam, dial, urlOf } from "./rehearsalClient.ts"

/** Runs a test on a server of its own; what it opens is closed before the server is. */
const onServer =
  (options?: ServerOptions) =>
  <A, E>(test: Effect.Effect<A, E, Rehearsal | Scope.Scope>) =>
    Effect.scoped(test).pipe(Effect.provide(layerServer(options)))

const setUp = Effect.gen(function* () {
  const rehearsal = yield* Rehearsal
  const global = yield* connectGlobal
  const team = yield* connectTeam(global, 1)
  return { rehearsal, global, team }
})

describe("the rehearsal server on a real WebSocket", () => {
  it.live("plays the example sequence", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const global = yield* connectGlobal
      yield* rehearsal.join(1)
      yield* global.until(({ events }) => events.at(-1)?.type === "team.join")
      global.sendJson({ type: "team.connect", team_id: 1 })
      yield* global.until(({ urls }) => urls.length === 1)
      const team = yield* connect(global.urls[0] ?? "")
      yield* team.until(({ frames }) => frames.length === 1)
      assert.isTrue(yield* rehearsal.say(1, "hi"))
      team.sendJson({ type: "ping", unique_id: 7 })
      yield* team.until(({ frames }) => frames.length === 3)
      assert.deepStrictEqual(team.frames, [
        `{"type":"hello"}`,
        `{"type":"message","text":"hi"}`,
        `{"type":"pong","unique_id":7}`
      ])
      yield* rehearsal.leave(1)
      yield* global.until(({ events }) => events.at(-1)?.type === "team.left")
      team.ws.close(1000)
      assert.strictEqual(yield* team.closed, 1000)
      yield* rehearsal.goodbye
      yield* global.until(({ events }) => events.at(-1)?.type === "goodbye")
      global.ws.close(1000)
      const state = yield* rehearsal.awaitState((state) => state.global.closeCodes.length === 1)
      assert.deepStrictEqual(state.team(1).closeCodes, [1000])
      assert.deepStrictEqual(state.global.closeCodes, [1000])
      assert.strictEqual(state.openSockets, 0)
    }).pipe(onServer())
  )

  it.live("says a message in fragments, and reads nothing for a time", () =>
    Effect.gen(function* () {
      const { rehearsal, team } = yield* setUp
      assert.isTrue(yield* rehearsal.sayInParts(1, "slow props", { parts: 4, every: "20 millis" }))
      assert.isFalse(yield* rehearsal.say(1, "in between"))
      yield* team.until(({ frames }) => frames.includes(`{"type":"message","text":"slow props"}`))
      assert.isTrue(yield* rehearsal.stopReading({ team: 1 }))
      team.sendJson({ type: "ping", unique_id: 7 })
      assert.isTrue(yield* rehearsal.say(1, "heard"))
      yield* team.until(({ frames }) => frames.at(-1) === `{"type":"message","text":"heard"}`)
      assert.strictEqual((yield* rehearsal.state).team(1).pings, 0)
      assert.isTrue(yield* rehearsal.readAgain({ team: 1 }))
      yield* team.until(({ frames }) => frames.at(-1) === `{"type":"pong","unique_id":7}`)
    }).pipe(onServer())
  )

  it.live("agrees to no compression", () =>
    Effect.gen(function* () {
      const { global } = yield* setUp
      assert.strictEqual(global.ws.extensions, "")
    }).pipe(onServer())
  )

  it.live("hands out URLs that cannot be guessed and that take one handshake", () =>
    Effect.gen(function* () {
      const { global, rehearsal } = yield* setUp
      const url = yield* urlOf(global, 1)
      assert.match(new URL(url).pathname, /^\/connect\/[\w-]{24}$/)
      yield* connect(url)
      assert.strictEqual(yield* Effect.flip(connect(url)), 403)
      assert.strictEqual(yield* Effect.flip(connect(url.slice(0, -1))), 404)
      assert.strictEqual((yield* rehearsal.state).maxSocketsOfOneTeam, 2)
    }).pipe(onServer())
  )

  it.live("spreads the URLs of teams over so many ports, and knows them apart", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const global = yield* connectGlobal
      for (const id of [1, 2, 3]) yield* rehearsal.join(id)
      const hosts: Array<string> = []
      for (const id of [1, 2, 3]) hosts.push(new URL(yield* urlOf(global, id)).host)
      assert.deepStrictEqual([hosts[0], hosts[2]], [new URL(rehearsal.globalUrl).host, hosts[0]])
      assert.notStrictEqual(hosts[1], hosts[0])
      const second = hosts[1] ?? ""
      assert.strictEqual((yield* rehearsal.state).team(2).host, second)
      yield* rehearsal.refuseDials({ of: { host: second } })
      yield* connect(yield* urlOf(global, 1))
      assert.strictEqual(yield* Effect.flip(connect(yield* urlOf(global, 2))), 503)
    }).pipe(onServer({ hosts: 2 }))
  )

  it.live("accepts handshakes and closes them, before it greets or after", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const global = yield* connectGlobal
      yield* rehearsal.join(1)
      yield* rehearsal.closeDials({ code: 1013, count: 1 })
      const first = yield* connect(yield* urlOf(global, 1))
      assert.deepStrictEqual([yield* first.closed, first.frames], [1013, []])
      yield* rehearsal.closeDials({ code: 4008, after: "10 millis", count: 1 })
      const second = yield* connect(yield* urlOf(global, 1))
      assert.deepStrictEqual([yield* second.closed, second.frames.length], [4008, 1])
      yield* connectTeam(global, 1)
    }).pipe(onServer())
  )

  it.live("says in a header how long not to come back for", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.refuseDials({ of: "global", status: 429, retryAfter: 7 })
      const refused = yield* dial(rehearsal.globalUrl)
      const headers = yield* Effect.callback<IncomingHttpHeaders>((resume) => {
        refused.ws.once("unexpected-response", (_request, { headers }) => resume(Effect.succeed(headers)))
      })
      assert.strictEqual(headers["retry-after"], "7")
    }).pipe(onServer())
  )

  it.live("hands out URLs on the host that the client found it at", () =>
    Effect.gen(function* () {
      const { globalUrl, offer } = yield* Rehearsal
      const { port } = new URL(globalUrl)
      const global = yield* connect(`ws://localhost:${port}/global`, { Host: `bots.test:${port}` })
      yield* offer(1)
      yield* global.until(({ urls }) => urls.length === 1)
      assert.strictEqual(new URL(global.urls[0] ?? "").host, `bots.test:${port}`)
    }).pipe(onServer())
  )

  it.live("lets nobody in on Global without the token", () =>
    Effect.gen(function* () {
      const { globalUrl, state } = yield* Rehearsal
      assert.strictEqual(yield* Effect.flip(connect(globalUrl)), 401)
      yield* connect(globalUrl, { Authorization: "Bearer secret", "X-Bot": "one" })
      const { headers } = (yield* state).global
      assert.strictEqual(headers["x-bot"] && Redacted.value(headers["x-bot"]), "one")
    }).pipe(onServer({ token: Redacted.make("secret") }))
  )

  it.live("refuses handshakes with the status that it was told", () =>
    Effect.gen(function* () {
      const { global, rehearsal } = yield* setUp
      yield* rehearsal.refuseDials({ status: 429 })
      assert.strictEqual(yield* Effect.flip(connect(yield* urlOf(global, 1))), 429)
      yield* rehearsal.acceptDials
      yield* rehearsal.refuseDials({ status: 499 })
      assert.strictEqual(yield* Effect.flip(connect(yield* urlOf(global, 1))), 499, "a status that has no name")
    }).pipe(onServer())
  )

  it.live("leaves handshakes hanging, and notices when the client gives up", () =>
    Effect.gen(function* () {
      const { hangDials, awaitState, globalUrl } = yield* Rehearsal
      yield* hangDials({ of: "all" })
      const client = yield* dial(globalUrl)
      yield* awaitState(({ dials }) => dials.inFlight === 1)
      client.ws.terminate()
      yield* awaitState(({ dials }) => dials.inFlight === 0 && dials.abandoned === 1)
    }).pipe(onServer())
  )

  it.live("answers handshakes later", () =>
    Effect.gen(function* () {
      const { delayDials, globalUrl, state } = yield* Rehearsal
      yield* delayDials("50 millis", { of: "all" })
      const client = yield* connect(globalUrl)
      yield* client.until(({ events }) => events.length === 1)
      assert.strictEqual((yield* state).dials.accepted, 1)
    }).pipe(onServer())
  )

  it.live("is no web page", () =>
    Effect.gen(function* () {
      const { globalUrl } = yield* Rehearsal
      const response = yield* Effect.promise(() => fetch(globalUrl.replace("ws:", "http:")))
      assert.strictEqual(response.status, 426)
    }).pipe(onServer())
  )

  it.live("sends and reads binary frames as UTF-8, and counts what is no event", () =>
    Effect.gen(function* () {
      const { rehearsal, team } = yield* setUp
      yield* rehearsal.sendRaw({ team: 1 }, new TextEncoder().encode(`{"type":"message","text":"ünïcode"}`))
      yield* team.until(({ messages }) => messages.length === 1)
      assert.deepStrictEqual([team.messages, team.binaryFrames], [["ünïcode"], 1])
      team.ws.send(new TextEncoder().encode(`{"type":"ping","unique_id":"é"}`))
      team.ws.send("garbage")
      const state = yield* rehearsal.awaitState((state) => state.team(1).malformed.length === 1)
      assert.deepStrictEqual(state.team(1).pingIds, ["é"])
    }).pipe(onServer())
  )

  it.live("closes with 1009 what sends too large a frame", () =>
    Effect.gen(function* () {
      const { rehearsal, team } = yield* setUp
      team.ws.send("x".repeat(101))
      assert.strictEqual(yield* team.closed, 1009)
      const state = yield* rehearsal.awaitState(({ openSockets }) => openSockets === 0)
      assert.strictEqual(state.global.openSockets, 1)
    }).pipe(onServer({ maxFrame: 100 }))
  )

  it.live("says that it cannot listen where another does", () =>
    Effect.gen(function* () {
      const { globalUrl } = yield* Rehearsal
      const port = Number(new URL(globalUrl).port)
      const error = yield* Effect.flip(Effect.scoped(Layer.build(layerServer({ port }))))
      assert.strictEqual(error.message, "cannot listen: EADDRINUSE")
    }).pipe(onServer())
  )
})

describe("a cut on a real WebSocket", () => {
  it.live("with a close frame brings its code", () =>
    Effect.gen(function* () {
      const { rehearsal, team } = yield* setUp
      yield* rehearsal.cut(1, Cut.CloseFrame({ code: 4321 }))
      assert.strictEqual(yield* team.closed, 4321)
      const state = yield* rehearsal.awaitState(({ openSockets }) => openSockets === 0)
      assert.deepStrictEqual(state.team(1).closeCodes, [4321])
    }).pipe(onServer())
  )

  it.live(
    "without one is 1006, and loses nothing that was said, even to a client that reads late and talks meanwhile",
    () =>
      Effect.gen(function* () {
        const { rehearsal, team } = yield* setUp
        team.ws.pause()
        const text = "x".repeat(1_000)
        for (let i = 0; i < 5_000; i++) assert.isTrue(yield* rehearsal.say(1, text))
        yield* rehearsal.cut(1, Cut.End())
        for (let id = 0; id < 100; id++) team.sendJson({ type: "ping", unique_id: id })
        const settling = yield* Effect.forkChild(rehearsal.settle)
        yield* rehearsal.awaitState((state) => state.team(1).pings === 100)
        team.ws.resume()
        assert.strictEqual(yield* team.closed, 1006)
        assert.lengthOf(team.messages, 5_000)
        yield* Fiber.join(settling)
        const { closeCodes, delivered, openSockets, said } = (yield* rehearsal.state).team(1)
        assert.deepStrictEqual([said.messages, delivered.messages, openSockets, closeCodes], [5_000, 5_000, 0, [1006]])
      }).pipe(onServer())
  )

  it.live("by reset is 1006", () =>
    Effect.gen(function* () {
      const { rehearsal, team } = yield* setUp
      yield* rehearsal.cut(1, Cut.Reset())
      assert.strictEqual(yield* team.closed, 1006)
      yield* rehearsal.awaitState(({ openSockets }) => openSockets === 0)
    }).pipe(onServer())
  )

  it.live("of everything, with handshakes refused, is an outage", () =>
    Effect.gen(function* () {
      const { global, rehearsal, team } = yield* setUp
      yield* rehearsal.startOutage()
      assert.deepStrictEqual([yield* global.closed, yield* team.closed], [1006, 1006])
      assert.strictEqual(yield* Effect.flip(connect(rehearsal.globalUrl)), 503)
      yield* rehearsal.endOutage
      yield* connect(rehearsal.globalUrl)
    }).pipe(onServer())
  )
})

describe("a muted socket on a real WebSocket", () => {
  it.live("answers neither pings nor a close, and its end is noticed", () =>
    Effect.gen(function* () {
      const { global, rehearsal, team } = yield* setUp
      yield* rehearsal.mute(1)
      team.ws.ping()
      team.sendJson({ type: "ping", unique_id: 1 })
      team.ws.close(1000)
      assert.isFalse(yield* rehearsal.say(1, "lost"))
      // A round trip on the other connection, begun later: time enough for an answer, had there been one.
      global.ws.ping()
      yield* global.until(({ pongs }) => pongs === 1)
      assert.deepStrictEqual([team.pongs, team.frames.length, team.code], [0, 1, undefined])
      const state = yield* rehearsal.state
      assert.deepStrictEqual([state.team(1).pings, state.team(1).protocolPings, state.openSockets], [0, 0, 1])
      team.ws.terminate()
      yield* rehearsal.awaitState(({ openSockets }) => openSockets === 0)
    }).pipe(onServer())
  )

  it.live("goes on when it is unmuted, and answers a close that it held back", () =>
    Effect.gen(function* () {
      const { global, rehearsal, team } = yield* setUp
      const other = yield* connectTeam(global, 2)
      yield* rehearsal.mute(1)
      yield* rehearsal.mute(2)
      team.sendJson({ type: "ping", unique_id: 1 })
      other.ws.close(1000)
      global.ws.ping()
      yield* global.until(({ pongs }) => pongs === 1)
      yield* rehearsal.unmute(1)
      yield* rehearsal.unmute(2)
      team.sendJson({ type: "ping", unique_id: 2 })
      yield* team.until(({ frames }) => frames.length === 2)
      assert.strictEqual(yield* other.closed, 1000)
      const state = yield* rehearsal.state
      assert.deepStrictEqual([state.team(1).pingIds, state.team(2).closeCodes], [[2], [1000]])
    }).pipe(onServer())
  )
})

describe("a client that does not read", () => {
  it.live("is told no more when its buffers are full, and what it was told is not lost", () =>
    Effect.gen(function* () {
      const { rehearsal, team } = yield* setUp
      team.ws.pause()
      const text = "x".repeat(1 << 19)
      let taken = 0
      while (taken < 200 && (yield* rehearsal.say(1, text))) taken++
      assert.isBelow(taken, 200)
      team.ws.resume()
      yield* rehearsal.settle
      assert.lengthOf(team.messages, taken)
      assert.strictEqual((yield* rehearsal.state).delivered.messages, taken)
    }).pipe(onServer())
  )
})

describe("settle on a real WebSocket", () => {
  it.live("waits until what was said is read", () =>
    Effect.gen(function* () {
      const { global, rehearsal, team } = yield* setUp
      const others = yield* Effect.forEach([2, 3], (id) => connectTeam(global, id))
      yield* rehearsal.mute(3)
      team.ws.pause()
      for (const id of [1, 2, 3]) yield* rehearsal.say(id, `props to ${id}`)
      const settling = yield* Effect.forkChild(rehearsal.settle)
      yield* others[0]!.until(({ messages }) => messages.length === 1)
      assert.strictEqual(settling.pollUnsafe(), undefined)
      team.ws.resume()
      yield* Fiber.join(settling)
      assert.deepStrictEqual(team.messages, ["props to 1"])
      const { delivered, said } = yield* rehearsal.state
      assert.deepStrictEqual({ ...delivered }, { messages: 2, props: 2 })
      assert.deepStrictEqual({ ...said }, { messages: 2, props: 2 })
    }).pipe(onServer())
  )
})

describe("the end of the server", () => {
  it.live("comes within its bound, whatever its clients do: with 1001 for those that answer", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const context = yield* Layer.buildWithScope(layerServer(), scope)
      const { clients, global, port } = yield* Effect.gen(function* () {
        const { rehearsal, global, team } = yield* setUp
        const muted = yield* connectTeam(global, 2)
        yield* rehearsal.mute(2)
        const paused = yield* connectTeam(global, 3)
        paused.ws.pause()
        yield* rehearsal.hangDials({ of: "all" })
        const hanging = yield* dial(rehearsal.globalUrl)
        yield* rehearsal.awaitState(({ dials }) => dials.inFlight === 1)
        return { clients: [team, muted, hanging], global, port: Number(new URL(rehearsal.globalUrl).port) }
      }).pipe(Effect.provide(context))
      const silent = yield* Effect.acquireRelease(
        Effect.callback<ReturnType<typeof createConnection>>((resume) => {
          const stream = createConnection({ host: "127.0.0.1", port }, () => resume(Effect.succeed(stream)))
        }),
        (stream) => Effect.sync(() => stream.destroy())
      )
      assert.isFalse(silent.destroyed)
      const [duration] = yield* Effect.timed(Scope.close(scope, Exit.void))
      assert.isBelow(Duration.toMillis(duration), 3_000)
      assert.strictEqual(yield* global.closed, 1001)
      assert.deepStrictEqual(yield* Effect.forEach(clients, (client) => client.closed), [1001, 1006, 1006])
      assert.strictEqual(yield* Effect.flip(connect(`ws://127.0.0.1:${port}/global`)), 0)
    }).pipe(Effect.scoped)
  )
})

describe("a fleet of 2,000 on loopback", () => {
  it.live("connects, hears what is said, is cut at once and comes again", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const global = yield* connectGlobal
      const ids = Array.from({ length: 2_000 }, (_, id) => id)
      const heard = { count: 0 }
      const up = Effect.gen(function* () {
        const before = global.urls.length
        for (const id of ids) global.sendJson({ type: "team.connect", team_id: id })
        yield* global.until(({ frames }) => frames.length >= 1 + ids.length + before + ids.length)
        yield* Effect.forEach(
          global.urls.slice(before),
          (url) =>
            Effect.callback<void>((resume) => {
              const ws = new NodeWS.WebSocket(url)
              ws.on("message", () => heard.count++)
              ws.once("open", () => resume(Effect.void))
            }),
          { concurrency: 100, discard: true }
        )
      })
      for (const id of ids) yield* rehearsal.join(id)
      yield* up
      for (const id of ids) yield* rehearsal.say(id, "hello")
      yield* rehearsal.settle
      assert.strictEqual(heard.count, 4_000)
      yield* rehearsal.cutAll()
      yield* rehearsal.awaitState(({ openSockets }) => openSockets === 0)
      yield* up
      const { connectedTeams, delivered, maxSocketsOfOneTeam } = yield* rehearsal.state
      assert.deepStrictEqual([connectedTeams, delivered.messages, maxSocketsOfOneTeam], [2_000, 2_000, 1])
      yield* rehearsal.cutAll()
      yield* rehearsal.awaitState(({ openSockets }) => openSockets === 0)
    }).pipe(onServer())
  )
})
