import { assert, describe, it } from "@effect/vitest"
import { Fleet, TeamRegistry } from "botswain"
import { Rehearsal } from "botswain/rehearsal"
import { Effect } from "effect"
import { reasonOf } from "../../src/admin/teamView.ts"
import { longestSweep } from "../../src/services/KeepAlive.ts"
import { eventually, joined, pass, stable, stateOf, withFleet } from "../support/fleet.ts"

describe("protocol row 10: hello", () => {
  it.effect("a socket without any frame within the connect timeout is dropped, and the team reconnects", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.loseHello({ count: 1 })
      yield* rehearsal.join(1)
      yield* eventually("open", (state) => state.team(1).openSockets === 1)
      yield* rehearsal.mute(1)
      yield* pass("9 seconds")
      assert.strictEqual((yield* rehearsal.state).team(1).openSockets, 1)
      yield* pass("1500 millis")
      assert.strictEqual((yield* rehearsal.state).team(1).openSockets, 0)
      yield* eventually("back", (state) => state.team(1).opens === 2 && state.team(1).openSockets === 1)
    }).pipe(withFleet())
  )

  it.effect("frames before hello count like all others", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const fleet = yield* Fleet
      yield* rehearsal.loseHello()
      yield* joined(1)
      yield* rehearsal.say(1, "early props")
      yield* rehearsal.sendRaw({ team: 1 }, `{"type":"hello"}`)
      assert.deepStrictEqual(yield* fleet.health, [{ id: 1, connected: true, message_count: 1, props_count: 1 }])
      yield* pass("1 minute")
      assert.strictEqual((yield* rehearsal.state).team(1).opens, 1)
    }).pipe(withFleet())
  )
})

describe("protocol row 11: keep-alive", () => {
  it.effect("a team is pinged once an interval, with ids that are never used again", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1, 2)
      yield* pass("10 minutes")
      const state = yield* rehearsal.state
      for (const id of [1, 2]) {
        assert.isAtLeast(state.team(id).pings, 39)
        assert.isAtMost(state.team(id).pings, 41)
      }
      const ids = [...state.team(1).pingIds, ...state.team(2).pingIds]
      assert.strictEqual(new Set(ids).size, ids.length)
      assert.strictEqual(state.team(1).opens, 1)
      assert.strictEqual(state.team(1).protocolPings, 0)
    }).pipe(withFleet())
  )

  it.effect("the first pings of a fleet are spread over the interval", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const ids = Array.from({ length: 150 }, (_, i) => i)
      yield* joined(...ids)
      const before = yield* pingsOf(ids)
      yield* pass("5 seconds")
      const third = (yield* pingsOf(ids)) - before
      assert.isAtLeast(third, 30)
      assert.isAtMost(third, 70)
      void rehearsal
    }).pipe(withFleet())
  )

  it.effect("Global is pinged by the WebSocket protocol", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* pass("10 minutes")
      const { global } = yield* rehearsal.state
      assert.isAtLeast(global.protocolPings, 38)
      assert.isAtMost(global.protocolPings, 41)
      assert.strictEqual(global.opens, 1)
    }).pipe(withFleet())
  )

  it.effect("any frame is proof of life, also one that makes no sense", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1)
      // Half-open towards the server only would need a server that hears nothing; this one speaks and is silent to pings.
      for (let minute = 0; minute < 5; minute++) {
        yield* rehearsal.sendRaw({ team: 1 }, "?")
        yield* pass("20 seconds")
      }
      assert.strictEqual((yield* rehearsal.state).team(1).opens, 1)
    }).pipe(withFleet({ pingInterval: "1 hour" }))
  )
})

const pingsOf = (ids: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    const state = yield* (yield* Rehearsal).state
    return ids.reduce((sum, id) => sum + state.team(id).pings, 0)
  })

describe("protocol row 12: a dead peer", () => {
  it.effect("is dropped after interval and timeout, without a close handshake, and its team comes back at once", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const fleet = yield* Fleet
      yield* stable(1, 2)
      yield* rehearsal.mute(1)
      yield* pass("24900 millis")
      assert.strictEqual(yield* stateOf(1), "Open")
      const state = yield* eventually(
        "back",
        (state) => state.team(1).opens === 2 && state.team(1).openSockets === 1,
        15_500
      )
      assert.deepStrictEqual(state.team(1).closeCodes, [1006])
      assert.strictEqual(state.maxSocketsOfOneTeam, 1)
      assert.strictEqual(state.team(2).opens, 1)
      assert.strictEqual((yield* fleet.status).totals.incidents["connection.dead"], 1)
    }).pipe(withFleet())
  )
})

describe("protocol row 14: a handshake that never answers", () => {
  it.effect("is given up at the connect timeout, and tried again", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.hangDials({ count: 1 })
      yield* rehearsal.join(1)
      yield* eventually("dialling", (state) => state.dials.inFlight === 1)
      yield* pass(10_000 - longestSweep)
      assert.strictEqual((yield* rehearsal.state).dials.inFlight, 1)
      yield* pass(2 * longestSweep)
      assert.strictEqual((yield* rehearsal.state).dials.inFlight, 0)
      const state = (yield* TeamRegistry).find(1)?.state
      assert.strictEqual(state && reasonOf(state), "timeout: no answer in 10000 ms")
      const now = yield* eventually("connected", (state) => state.team(1).openSockets === 1)
      assert.strictEqual(now.team(1).asks, 2)
      assert.strictEqual(now.dials.abandoned, 1)
    }).pipe(withFleet())
  )
})
