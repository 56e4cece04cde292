import { assert, describe, it } from "@effect/vitest"
import { Fleet, Stats } from "botswain"
import { Answer, Cut, Rehearsal } from "botswain/rehearsal"
import { Effect, Fiber, Redacted } from "effect"
import { eventually, joined, pass, stable, stateOf, withFleet } from "../../support/fleet.ts"
import { logLines } from "../../support/logLines.ts"

describe("protocol row 8: the Global connection drops", () => {
  it.effect("team sockets stay up, and messages on them are counted", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const fleet = yield* Fleet
      yield* stable(1, 2)
      yield* rehearsal.refuseDials({ of: "global" })
      yield* rehearsal.cutGlobal()
      yield* pass("5 minutes")
      assert.strictEqual((yield* fleet.status).global, "down")
      yield* rehearsal.say(1, "still here")
      assert.deepStrictEqual(
        (yield* fleet.health).map(({ connected, message_count }) => [connected, message_count]),
        [
          [true, 1],
          [true, 0]
        ]
      )
      yield* rehearsal.acceptDials
      const state = yield* eventually("Global is up", (state) => state.global.openSockets === 1)
      assert.strictEqual(state.team(1).opens, 1)
      assert.strictEqual(state.team(2).opens, 1)
    }).pipe(withFleet())
  )

  it.effect("it reconnects for ever, at the pace of its own ladder", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.refuseDials({ of: "global" })
      yield* eventually("up", (state) => state.dials.refused > 0)
      yield* pass("1 hour")
      const { refused } = (yield* rehearsal.state).dials
      assert.isAtLeast(refused, 3600 / 11)
      assert.isAtMost(refused, 3600 / 5)
      yield* rehearsal.acceptDials
      yield* eventually("Global is up", (state) => state.global.openSockets === 1)
    }).pipe(withFleet())
  )

  it.effect("joins that are replayed are duplicates", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* stable(1, 2, 3)
      yield* rehearsal.cutGlobal(Cut.CloseFrame({ code: 1000 }))
      yield* eventually("Global is up again", (state) => state.global.opens === 2 && state.global.openSockets === 1)
      yield* pass("1 minute")
      const state = yield* rehearsal.state
      assert.deepStrictEqual(
        [1, 2, 3].map((id) => state.team(id).opens),
        [1, 1, 1]
      )
      assert.strictEqual(state.global.maxOpenSockets, 1)
    }).pipe(withFleet())
  )

  it.effect("teams that wait for an offer ask again", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.configure({ replayJoins: false })
      yield* rehearsal.answerAsks(Answer.Never(), { times: 1 })
      yield* rehearsal.join(1)
      yield* eventually("asked", (state) => state.team(1).asks === 1)
      yield* rehearsal.cutGlobal()
      yield* pass(1)
      assert.strictEqual(yield* stateOf(1), "Waiting")
      const state = yield* eventually("connected", (state) => state.team(1).openSockets === 1, 3000)
      assert.strictEqual(state.team(1).asks, 2)
      assert.isUndefined((yield* (yield* Stats).totals).incidents["ask.unanswered"])
    }).pipe(withFleet())
  )

  it.effect("a half-open Global connection is found dead, told as that, and replaced", () => {
    const { capture, lines } = logLines()
    return Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* stable(1)
      yield* rehearsal.muteGlobal
      const state = yield* eventually("replaced", (state) => state.global.opens === 2, 30_000)
      assert.strictEqual(state.team(1).opens, 1)
      assert.strictEqual(
        lines.find(({ message }) => message === "the Global connection is down")?.annotations["reason"],
        "the peer is dead: it has been silent for too long"
      )
    }).pipe(withFleet(), capture)
  })
})

describe("protocol row 9: goodbye", () => {
  it.effect("closes every socket with 1000, Global's too, and dials no more", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const fleet = yield* Fleet
      yield* joined(1, 2, 3)
      yield* rehearsal.answerAsks(Answer.Never())
      yield* rehearsal.join(4)
      yield* eventually("asked", (state) => state.team(4).asks === 1)
      const ended = yield* Effect.forkChild(fleet.ended)
      yield* rehearsal.goodbye
      yield* pass("1 second")
      yield* Fiber.join(ended)
      const before = yield* rehearsal.state
      assert.deepStrictEqual(
        [1, 2, 3].map((id) => before.team(id).closeCodes),
        [[1000], [1000], [1000]]
      )
      assert.deepStrictEqual(before.global.closeCodes, [1000])
      const { total } = before.dials
      yield* rehearsal.join(5)
      yield* pass("10 minutes")
      assert.strictEqual((yield* rehearsal.state).dials.total, total)
    }).pipe(withFleet())
  )

  it.effect("a peer that does not answer the close is dropped when the drain time is over", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const fleet = yield* Fleet
      yield* joined(1, 2)
      yield* rehearsal.mute(1)
      const ended = yield* Effect.forkChild(fleet.ended)
      yield* rehearsal.goodbye
      yield* pass("4900 millis")
      assert.isUndefined(ended.pollUnsafe())
      assert.strictEqual((yield* rehearsal.state).team(2).openSockets, 0)
      yield* pass("200 millis")
      yield* Fiber.join(ended)
      assert.strictEqual((yield* rehearsal.state).openSockets, 0)
    }).pipe(withFleet())
  )

  it.effect("frames that have arrived are still counted", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const fleet = yield* Fleet
      yield* joined(1)
      for (let i = 0; i < 10; i++) yield* rehearsal.say(1, "props")
      yield* rehearsal.goodbye
      yield* pass("1 second")
      yield* fleet.ended
      const { totals } = yield* fleet.status
      assert.deepStrictEqual([totals.messages, totals.props], [10, 10])
    }).pipe(withFleet())
  )

  it.effect("in the middle of an outage ends the run as well", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const fleet = yield* Fleet
      yield* stable(1, 2, 3)
      yield* rehearsal.hangDials()
      yield* rehearsal.cutAll()
      yield* eventually("dialling", (state) => state.dials.inFlight === 3)
      yield* rehearsal.goodbye
      yield* pass("100 millis")
      yield* fleet.ended
      assert.strictEqual((yield* rehearsal.state).dials.inFlight, 0)
    }).pipe(withFleet())
  )

  it.effect("means come back, where the fleet is told so; teams stay connected", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* stable(1)
      yield* rehearsal.goodbye
      const state = yield* eventually(
        "Global is back",
        (state) => state.global.opens === 2 && state.global.openSockets === 1,
        1000
      )
      assert.strictEqual(state.team(1).opens, 1)
      assert.strictEqual(state.team(1).openSockets, 1)
    }).pipe(withFleet({ onGoodbye: "reconnect" }))
  )

  it.effect("that means come back is not the last word: what the server said behind it still counts", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* stable(1, 2)
      yield* rehearsal.goodbye
      yield* rehearsal.leave(1)
      yield* rehearsal.goodbye
      yield* rehearsal.join(3)
      const state = yield* eventually(
        "Global is back",
        (state) => state.global.opens === 2 && state.global.openSockets === 1,
        1000
      )
      assert.deepStrictEqual(state.global.closeCodes, [1000])
      assert.deepStrictEqual(state.team(1).closeCodes, [1000])
      assert.strictEqual(state.team(2).opens, 1)
      yield* eventually("the one that joined is connected", (state) => state.team(3).openSockets === 1, 1000)
    }).pipe(withFleet({ onGoodbye: "reconnect" }))
  )

  it.effect("that means come back, said at once each time, is tried again on the ladder", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      let said = 0
      for (let waited = 0; waited < 60_000; waited += 50) {
        yield* pass(50)
        if ((yield* rehearsal.state).global.openSockets === 0) continue
        said++
        yield* rehearsal.goodbye
      }
      assert.isAtLeast(said, 60 / 11)
      assert.isAtMost(said, 20)
    }).pipe(withFleet({ onGoodbye: "reconnect" }))
  )

  it.effect("that means come back waits for the server's close no longer than the drain time", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* stable(1)
      yield* rehearsal.goodbye
      yield* rehearsal.muteGlobal
      yield* pass("4900 millis")
      assert.strictEqual((yield* rehearsal.state).global.opens, 1)
      const state = yield* eventually("Global is back", (state) => state.global.opens === 2, 800)
      assert.strictEqual(state.team(1).opens, 1)
    }).pipe(withFleet({ onGoodbye: "reconnect" }))
  )
})

describe("protocol row 23: the server is not there at start", () => {
  it.effect("the fleet keeps trying on the ladder", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.startOutage()
      yield* pass("3 minutes")
      yield* rehearsal.endOutage
      yield* joined(1)
    }).pipe(withFleet())
  )
})

describe("the Global handshake", () => {
  it.effect("carries the token and the headers; a team's carries neither", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1)
      const { headers } = (yield* rehearsal.state).global
      assert.strictEqual(Redacted.value(headers["authorization"] ?? Redacted.make("none")), "Bearer s3cret")
      assert.strictEqual(Redacted.value(headers["x-fleet"] ?? Redacted.make("none")), "7")
    }).pipe(withFleet({ token: Redacted.make("s3cret"), headers: { "X-Fleet": Redacted.make("7") } }))
  )

  it.effect("that is refused for a wrong token is tried again on the ladder", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.configure({ token: Redacted.make("right") })
      yield* rehearsal.cutGlobal()
      yield* pass("1 minute")
      const state = yield* rehearsal.state
      assert.isAtLeast(state.dials.refused, 5)
      assert.isAtMost(state.dials.refused, 20)
    }).pipe(withFleet({ token: Redacted.make("wrong") }))
  )
})
