import { assert, describe, it } from "@effect/vitest"
import { Fleet, TeamRegistry } from "botswain"
import { Cut, Rehearsal } from "botswain/rehearsal"
import { Effect, Exit, Fiber, Layer, Random } from "effect"
import { FrameBuffer } from "../../../src/programs/global/FrameBuffer.ts"
import { answerHealthchecks } from "../../../src/programs/global/healthcheck.ts"
import { HealthAnswers, refusalOf } from "../../../src/services/HealthAnswers.ts"
import { Ledger } from "../../../src/services/ledger/Ledger.ts"
import { LogThrottle } from "../../../src/services/LogThrottle.ts"
import { Settings } from "../../../src/services/Settings.ts"
import { type Dial, type Receiver, Socket, tellClosed } from "../../../src/services/Socket.ts"
import { Stats } from "../../../src/services/Stats.ts"
import type { GlobalClientCodec } from "../../../src/wire/GlobalApi.ts"
import { openConnection } from "../../support/fakeSocket.ts"
import { eventually, fleetLayer, joined, pass, stable, withFleet } from "../../support/fleet.ts"
import { logLines } from "../../support/logLines.ts"
import { endpointOf } from "../../support/settings.ts"

/** What answers healthchecks on a connection whose other end is the test. */
const answering = Effect.gen(function* () {
  const services = {
    answers: yield* HealthAnswers,
    ledger: yield* Ledger,
    registry: yield* TeamRegistry,
    settings: yield* Settings,
    stats: yield* Stats,
    throttle: yield* LogThrottle
  }
  const buffer = new FrameBuffer()
  const connection = openConnection({ endpoint: endpointOf("ws://h/"), allowsAddress: () => true }, buffer)
  buffer.attach(connection)
  const answer = (count: number, encode?: typeof GlobalClientCodec.encode) =>
    answerHealthchecks(services, connection, buffer, count, encode)
  return { answer, buffer, connection, services }
})

/** A network on which no answer to a healthcheck is taken on the first connection. */
const deafAtFirst = Layer.effect(
  Socket,
  Effect.map(Socket, (socket) => {
    let connections = 0
    return {
      ...socket,
      connect: (request: Dial, receiver: Receiver) =>
        Effect.map(socket.connect(request, receiver), (connection) =>
          connections++ > 0 ? connection : Object.assign(connection, { send: () => Effect.never })
        )
    }
  })
)

const healthOf = (team: number) =>
  Effect.flatMap(Fleet, (fleet) => Effect.map(fleet.health, (stats) => stats.find(({ id }) => id === team)))

describe("protocol row 16: healthcheck", () => {
  it.effect("is answered once, with exactly the fields of the protocol", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1, 2)
      yield* rehearsal.say(1, "props")
      yield* rehearsal.askHealth
      yield* pass("1 second")
      const { healthchecks, received } = (yield* rehearsal.state).global
      assert.deepStrictEqual(healthchecks, [
        [
          { id: 1, connected: true, message_count: 1, props_count: 1 },
          { id: 2, connected: true, message_count: 0, props_count: 0 }
        ]
      ])
      const answer = received.find((event) => event.type === "healthcheck")
      assert.deepStrictEqual(Object.keys(answer ?? {}).sort(), ["stats", "type"])
    }).pipe(withFleet())
  )

  it.effect("with stats is an echo, and is not answered", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1)
      yield* rehearsal.sendRaw("global", `{"type":"healthcheck","stats":[]}`)
      yield* pass("5 seconds")
      assert.strictEqual((yield* rehearsal.state).global.healthcheckCount, 0)
    }).pipe(withFleet())
  )

  it.effect("is answered when it comes right before a goodbye", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1)
      yield* rehearsal.askHealth
      yield* rehearsal.goodbye
      yield* pass("1 second")
      assert.strictEqual((yield* rehearsal.state).global.healthcheckCount, 1)
    }).pipe(withFleet({}, { latency: "10 millis" }))
  )

  it.effect(
    "is answered with many that come together by one look at the fleet, and others have their turn between",
    () =>
      Effect.gen(function* () {
        yield* joined(1)
        const { answer, connection } = yield* answering
        const all = yield* Effect.forkChild(answer(100))
        const others = yield* Effect.forkChild(Effect.repeat(Effect.yieldNow, { times: 3 }))
        yield* Fiber.join(others)
        assert.isBelow(connection.sent.length, 20)
        yield* Fiber.join(all)
        assert.lengthOf(connection.sent, 100)
        assert.strictEqual(new Set(connection.sent).size, 1)
        assert.deepInclude(JSON.parse(connection.sent[0]!), { type: "healthcheck" })
      }).pipe(withFleet())
  )

  it.effect("ends the connection of a server that does not take its answer, and that is told as our own end", () =>
    Effect.gen(function* () {
      const { capture, lines } = logLines()
      const { answer, buffer, connection } = yield* answering
      connection.sending = Effect.never
      const waiting = yield* Effect.forkChild(capture(answer(3)))
      yield* pass("9 seconds")
      assert.deepStrictEqual(connection.calls, [])
      yield* pass("1 second")
      yield* Fiber.join(waiting)
      assert.deepStrictEqual(connection.calls, ["terminate"])
      const end = yield* Effect.flip(buffer.take)
      assert.strictEqual(tellClosed(end), "closed by us with 1006: it does not read what is sent to it")
      assert.match(String(lines[0]?.message), /did not take an answer to a healthcheck within the pong timeout/)
      assert.lengthOf(lines, 1)
    }).pipe(withFleet({ pongTimeout: "10 seconds" }))
  )

  it.effect("that is not taken is counted by the rule that was broken, and Global comes back", () => {
    const { capture, lines } = logLines()
    return Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1)
      yield* rehearsal.askHealth
      const { status } = yield* Fleet
      yield* eventually("back", ({ global }) => global.opens === 2 && global.openSockets === 1)
      const { incidents } = (yield* status).totals
      assert.deepStrictEqual([incidents["violation.unread"], incidents["global.dropped"]], [1, 1])
      assert.strictEqual((yield* rehearsal.state).team(1).opens, 1)
      assert.strictEqual(
        lines.find(({ message }) => message === "the Global connection is down")?.annotations["reason"],
        "closed by us with 1006: it does not read what is sent to it"
      )
    }).pipe(Effect.provide(fleetLayer({}, deafAtFirst)), Random.withSeed("botswain"), capture)
  })

  it.effect("whose answer would be longer than a text can be is told and counted, and the connection goes on", () => {
    const { capture, lines } = logLines()
    return Effect.gen(function* () {
      yield* joined(1, 2)
      const { answer, connection, services } = yield* answering
      const tooLong = () => {
        throw new RangeError("Invalid string length")
      }
      yield* answer(3, tooLong)
      assert.deepStrictEqual([connection.calls, connection.sent], [[], []])
      const { incidents } = services.stats.totalsUnsafe()
      assert.deepStrictEqual([incidents["healthcheck.unwritten"], incidents["healthcheck.answered"]], [3, undefined])
      const told = refusalOf(services.answers)
      assert.match(told ?? "", /^healthchecks are not answered: an answer with 2 teams is longer than a text can be/)
      assert.deepStrictEqual(
        lines.filter(({ level }) => level === "Warn").map(({ message }) => message),
        [told]
      )
      yield* answer(1)
      assert.lengthOf(connection.sent, 1)
      assert.isUndefined(refusalOf(services.answers))
    }).pipe(withFleet(), capture)
  })

  it.effect("that cannot be answered for another reason is a defect, which is not kept quiet", () =>
    Effect.gen(function* () {
      const { answer } = yield* answering
      const broken = () => {
        throw new TypeError("a bug")
      }
      assert.isTrue(Exit.hasDies(yield* Effect.exit(answer(1, broken))))
    }).pipe(withFleet())
  )

  it.effect("whose answer is not taken holds up nothing that the server says: no left, and no goodbye", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const fleet = yield* Fleet
      yield* joined(1, 2)
      yield* rehearsal.stopReading("global")
      yield* rehearsal.askHealth
      yield* rehearsal.leave(1)
      yield* pass("100 millis")
      assert.strictEqual((yield* rehearsal.state).team(1).openSockets, 0)
      yield* rehearsal.goodbye
      const ended = yield* Effect.forkChild(fleet.ended)
      yield* pass("100 millis")
      assert.strictEqual((yield* rehearsal.state).openSockets, 0)
      // Who does not take an answer within the drain time takes no close either.
      yield* pass("5 seconds")
      yield* Fiber.join(ended)
    }).pipe(withFleet())
  )

  it.effect("is answered as often as it is asked", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1)
      for (let i = 0; i < 100; i++) yield* rehearsal.askHealth
      yield* eventually("answered", ({ global }) => global.healthcheckCount >= 100)
      yield* pass("1 second")
      assert.strictEqual((yield* rehearsal.state).global.healthcheckCount, 100)
    }).pipe(withFleet())
  )
})

const countsOf = (...teams: ReadonlyArray<number>) =>
  Effect.forEach(teams, (team) => Effect.map(healthOf(team), (health) => health?.message_count))

describe("protocol row 17: which teams are in it", () => {
  it.effect("every team that has joined, present and departed, connected or not, ordered by id", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const fleet = yield* Fleet
      yield* joined(10, 9, 2)
      yield* rehearsal.refuseDials()
      yield* rehearsal.join(1)
      yield* rehearsal.leave(9)
      yield* pass("5 seconds")
      assert.deepStrictEqual(
        (yield* fleet.health).map(({ connected, id }) => [id, connected]),
        [
          [1, false],
          [2, true],
          [9, false],
          [10, true]
        ]
      )
    }).pipe(withFleet())
  )

  it.effect("departed ones beyond the limit are forgotten, oldest first", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const fleet = yield* Fleet
      yield* joined(1, 2, 3, 4, 5)
      for (const id of [3, 1, 4, 2]) {
        yield* rehearsal.leave(id)
        yield* pass("1 second")
      }
      assert.deepStrictEqual(
        (yield* fleet.health).map(({ id }) => id),
        [2, 4, 5]
      )
    }).pipe(withFleet({ rememberDeparted: 2 }))
  )
})

describe("protocol row 18: connected", () => {
  it.effect("is true from the open on, hello or not", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.loseHello()
      yield* joined(1)
      assert.isTrue((yield* healthOf(1))?.connected)
    }).pipe(withFleet())
  )

  it.effect("is false at the instant that the socket is lost", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1, 2)
      yield* rehearsal.cut(1, Cut.Reset())
      yield* rehearsal.cut(2, Cut.CloseFrame({ code: 1001 }))
      assert.isFalse((yield* healthOf(1))?.connected)
      assert.isFalse((yield* healthOf(2))?.connected)
    }).pipe(withFleet())
  )

  it.effect("is false from the moment that the peer is declared dead", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.refuseDials({ of: { team: 2 } })
      yield* stable(1)
      yield* rehearsal.mute(1)
      yield* rehearsal.refuseDials()
      assert.isTrue((yield* healthOf(1))?.connected, "nobody can know yet")
      yield* eventually("dead", (state) => state.team(1).openSockets === 0, 26_000)
      assert.isFalse((yield* healthOf(1))?.connected)
    }).pipe(withFleet())
  )

  it.effect("is false while a team that has left is being closed", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1)
      yield* rehearsal.mute(1)
      yield* rehearsal.leave(1)
      yield* pass("1 second")
      assert.isFalse((yield* healthOf(1))?.connected)
      yield* pass("5 seconds")
    }).pipe(withFleet())
  )
})

describe("protocol row 19: counts", () => {
  it.effect("one a message; props where the text contains it, case-sensitive, at most one each", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1)
      for (const text of ["", "props", "props props props", "Props", "PROPS", "aprops!", "prop s", "no"]) {
        yield* rehearsal.say(1, text)
      }
      const health = yield* healthOf(1)
      assert.deepStrictEqual([health?.message_count, health?.props_count], [8, 3])
    }).pipe(withFleet())
  )

  it.effect("go on across reconnects and re-joins", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1)
      yield* rehearsal.say(1, "props")
      yield* rehearsal.cut(1)
      yield* eventually("back", (state) => state.team(1).opens === 2 && state.team(1).openSockets === 1)
      yield* rehearsal.say(1, "props")
      yield* rehearsal.leave(1)
      yield* pass("1 second")
      yield* joined(1)
      yield* rehearsal.say(1, "props")
      const state = yield* rehearsal.state
      assert.deepStrictEqual(state.team(1).said, { messages: 3, props: 3 })
      assert.deepStrictEqual(yield* healthOf(1), { id: 1, connected: true, message_count: 3, props_count: 3 })
    }).pipe(withFleet())
  )

  it.effect("are a team's own, whoever has joined or been forgotten since the healthcheck before", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(2)
      yield* rehearsal.say(2, "props")
      assert.strictEqual((yield* healthOf(2))?.message_count, 1)
      yield* joined(1, 3)
      yield* rehearsal.say(1, "a")
      yield* rehearsal.say(1, "b")
      assert.deepStrictEqual(yield* countsOf(1, 2, 3), [2, 1, 0])
      yield* rehearsal.leave(2)
      yield* pass("1 second")
      yield* joined(2)
      yield* rehearsal.say(3, "c")
      assert.deepStrictEqual(yield* countsOf(1, 2, 3), [2, 0, 1])
    }).pipe(withFleet({ rememberDeparted: 0 }))
  )

  it.effect("a message without a string text is malformed, not a message", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const fleet = yield* Fleet
      yield* joined(1)
      for (const frame of [`{"type":"message"}`, `{"type":"message","text":7}`, `{"type":"message","text":null}`]) {
        yield* rehearsal.sendRaw({ team: 1 }, frame)
      }
      assert.strictEqual((yield* healthOf(1))?.message_count, 0)
      assert.strictEqual((yield* fleet.status).totals.incidents["frame.malformed.bad-fields"], 3)
    }).pipe(withFleet())
  )
})
