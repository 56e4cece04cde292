import { assert, describe, it } from "@effect/vitest"
import { Fleet, layer, type SettingsInput, type TeamId } from "botswain"
import { Answer, Cut, layerServer, Rehearsal } from "botswain/rehearsal"
import { Effect, Schedule } from "effect"
import { liveFleetLayer } from "../support/liveFleet.ts"
import { logOfFailure } from "../support/logOfFailure.ts"

const live = (settings: Partial<SettingsInput> = {}) => Effect.provide(liveFleetLayer(settings))

const range = (count: number) => Array.from({ length: count }, (_, id) => id)

/** Joins teams and waits until all have a socket. */
const joined = Effect.fnUntraced(function* (ids: ReadonlyArray<TeamId>) {
  const rehearsal = yield* Rehearsal
  for (const id of ids) yield* rehearsal.join(id)
  yield* rehearsal.awaitState((state) => ids.every((id) => state.team(id).openSockets === 1))
})

/** Waits until a team is on its n-th socket. */
const reopened = (id: TeamId, opens: number) =>
  Rehearsal.use((rehearsal) =>
    rehearsal.awaitState((state) => state.team(id).opens >= opens && state.team(id).openSockets === 1)
  )

/** The healthcheck reply against the server's own tally, once all that was said has been read. */
const agree = Effect.gen(function* () {
  const rehearsal = yield* Rehearsal
  yield* rehearsal.settle
  const stats = yield* rehearsal.healthcheck
  const state = yield* rehearsal.state
  for (const { connected, id, message_count, props_count } of stats) {
    const team = state.team(id)
    assert.deepStrictEqual(
      { connected, messages: message_count, props: props_count },
      { connected: team.openSockets === 1, ...team.said },
      `team ${id}`
    )
  }
  assert.isAtMost(state.maxSocketsOfOneTeam, 1)
  return stats
})

describe("a fleet on real sockets", () => {
  it.live("lives through the example sequence", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const fleet = yield* Fleet
      yield* rehearsal.configure({ httpUrls: true })
      yield* joined([1])
      yield* rehearsal.say(1, "props to the crew")
      assert.deepStrictEqual(yield* agree, [{ id: 1, connected: true, message_count: 1, props_count: 1 }])
      yield* rehearsal.leave(1, "team")
      const left = yield* rehearsal.awaitState((state) => state.team(1).openSockets === 0)
      assert.deepStrictEqual(left.team(1).closeCodes, [1000])
      yield* rehearsal.goodbye
      yield* fleet.ended
      const end = yield* rehearsal.awaitState((state) => state.global.openSockets === 0)
      assert.deepStrictEqual(end.global.closeCodes, [1000])
    }).pipe(live())
  )

  it.live("heals every kind of drop, and loses no count", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(range(4))
      const cuts = [Cut.CloseFrame({ code: 1000 }), Cut.CloseFrame({ code: 1012 }), Cut.End(), Cut.End()]
      for (const round of [2, 3]) {
        for (const id of range(4)) yield* rehearsal.say(id, "props before the cut")
        yield* rehearsal.settle
        for (const [id, how] of cuts.entries()) yield* rehearsal.cut(id, how)
        for (const id of range(4)) yield* reopened(id, round)
      }
      for (const id of range(4)) yield* rehearsal.say(id, "after")
      assert.deepStrictEqual(
        (yield* agree).map((team) => team.message_count),
        [3, 3, 3, 3]
      )
    }).pipe(live())
  )

  it.live("finds half-open sockets of teams and of Global, and replaces them", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined([1, 2])
      yield* rehearsal.mute(1)
      yield* reopened(1, 2)
      yield* rehearsal.muteGlobal
      yield* rehearsal.awaitState((state) => state.global.opens === 2)
      assert.strictEqual((yield* rehearsal.state).team(2).opens, 1)
    }).pipe(live())
  )

  it.live("asks for a fresh URL each time, since each works once", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined([1])
      for (const opens of [2, 3, 4]) {
        yield* rehearsal.cut(1, Cut.Reset())
        yield* reopened(1, opens)
      }
      const state = yield* rehearsal.state
      assert.strictEqual(state.dials.refused, 0)
      assert.strictEqual(state.team(1).asks, 4)
    }).pipe(live())
  )

  it.live("gets through refused and hanging dials, unanswered asks and errors", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined([0])
      yield* rehearsal.refuseDials({ of: { team: 1 }, count: 2, status: 429 })
      yield* rehearsal.hangDials({ of: { team: 2 }, count: 1 })
      yield* rehearsal.answerAsks(Answer.Never(), { team: 3, times: 1 })
      yield* rehearsal.answerAsks(Answer.Error({ message: "not yet" }), { team: 4, times: 2 })
      yield* rehearsal.answerAsks(Answer.Url({ url: "gopher://nowhere" }), { team: 5, times: 1 })
      yield* joined(range(6))
      const state = yield* rehearsal.state
      assert.deepStrictEqual(
        range(6).map((id) => state.team(id).asks),
        [1, 3, 2, 2, 3, 2]
      )
      yield* agree
    }).pipe(live())
  )

  it.live("keeps its teams through cuts of Global", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(range(5))
      for (const [opens, how] of [
        [2, Cut.End()],
        [3, Cut.CloseFrame({ code: 1001 })],
        [4, Cut.Reset()]
      ] as const) {
        yield* rehearsal.cutGlobal(how)
        yield* rehearsal.awaitState((state) => state.global.opens === opens && state.global.openSockets === 1)
      }
      yield* joined([5])
      const state = yield* rehearsal.state
      assert.deepStrictEqual(
        range(6).map((id) => state.team(id).opens),
        [1, 1, 1, 1, 1, 1]
      )
      yield* agree
    }).pipe(live())
  )

  for (const dials of ["refuse", "hang"] as const) {
    it.live(`comes back from a whole outage in which dials ${dials}`, () =>
      Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* joined(range(50))
        yield* rehearsal.startOutage({ cut: Cut.Reset(), dials })
        yield* rehearsal.awaitState((state) => state.dials.total > 60)
        yield* rehearsal.endOutage
        yield* rehearsal.awaitState((state) => state.connectedTeams === 50 && state.global.openSockets === 1)
        yield* agree
      }).pipe(live())
    )
  }

  it.live("is unmoved by garbage on both connections", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const fleet = yield* Fleet
      yield* joined([1, 2])
      const garbage = ["", "null", "{", `{"type":7}`, `{"type":"nonsense"}`, `{"type":"message"}`, "\u0000\uffff"]
      for (const frame of garbage) {
        yield* rehearsal.sendRaw("global", frame)
        yield* rehearsal.sendRaw({ team: 1 }, frame)
        yield* rehearsal.sendRaw({ team: 1 }, new Uint8Array([0xff, 0xfe, 0, 1]))
      }
      yield* rehearsal.say(1, "still here")
      yield* agree
      const state = yield* rehearsal.state
      assert.deepStrictEqual([state.global.opens, state.team(1).opens, state.team(2).opens], [1, 1, 1])
      assert.isAbove((yield* fleet.status).totals.incidents["frame.malformed.not-json"] ?? 0, 10)
    }).pipe(live())
  )

  it.live("closes what sends a frame over the limit, and only that", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined([1, 2])
      yield* rehearsal.sendRaw({ team: 1 }, "x".repeat(5000))
      const state = yield* reopened(1, 2)
      assert.deepStrictEqual(state.team(1).closeCodes, [1009])
      assert.strictEqual(state.team(2).opens, 1)
    }).pipe(live({ maxFrame: 4096 }))
  )

  it.live("ends on goodbye in the middle of trouble, within the drain time", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const fleet = yield* Fleet
      yield* joined(range(10))
      yield* rehearsal.mute(1)
      yield* rehearsal.hangDials({ of: { team: 2 } })
      yield* rehearsal.refuseDials({ of: { team: 3 } })
      yield* rehearsal.answerAsks(Answer.Never(), { team: 4 })
      for (const id of [2, 3, 4]) yield* rehearsal.cut(id, Cut.Reset())
      yield* rehearsal.goodbye
      // The drain time and the second that a busy machine may need.
      yield* Effect.timeout(fleet.ended, "1300 millis")
      yield* rehearsal.awaitState((state) => state.openSockets === 0 && state.global.openSockets === 0)
    }).pipe(live())
  )

  it.live("drains when its Scope closes", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      // The server sees a socket open before the client does: a dial that is cut short in between is no drain.
      const up = Fleet.use((fleet) => fleet.status).pipe(
        Effect.repeat({ until: ({ census }) => census.connected === 20, schedule: Schedule.spaced("5 millis") })
      )
      yield* Effect.provide(Effect.andThen(joined(range(20)), up), layer({ url: rehearsal.globalUrl }))
      const state = yield* rehearsal.awaitState((state) => state.openSockets === 0)
      assert.deepStrictEqual(
        range(20).flatMap((id) => state.team(id).closeCodes),
        range(20).map(() => 1000)
      )
    }).pipe(Effect.provide([layerServer(), logOfFailure]))
  )
})

describe("2,000 teams on loopback", () => {
  it.live("come up, lose all sockets at once, and come back within the budget, never two sockets of one", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(range(2000))
      yield* rehearsal.cutAll(Cut.Reset())
      const state = yield* rehearsal.awaitState(
        (state) => state.connectedTeams === 2000 && state.dials.accepted >= 4001
      )
      assert.strictEqual(state.maxSocketsOfOneTeam, 1)
      assert.isAtMost(state.dials.maxInFlight, 64)
      yield* agree
    }).pipe(
      live({
        maxDials: 64,
        pingInterval: "15 seconds",
        pongTimeout: "10 seconds",
        connectTimeout: "10 seconds",
        backoffBase: "500 millis",
        backoffCap: "10 seconds"
      })
    )
  )
})
