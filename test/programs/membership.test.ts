import { assert, describe, it } from "@effect/vitest"
import { Fleet, Stats, TeamRegistry } from "botswain"
import { Answer, Cut, Rehearsal } from "botswain/rehearsal"
import { Effect, Fiber, References } from "effect"
import { type HeldResource, LeakAudit } from "../../src/services/LeakAudit.ts"
import { eventually, joined, pass, stable, stateOf, withFleet } from "../support/fleet.ts"
import { stepByStep, turns } from "../support/turns.ts"

describe("the example sequence", () => {
  it.effect("join, ask, offer, dial, message, left, close", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const fleet = yield* Fleet
      yield* joined(1)
      assert.isTrue(yield* rehearsal.say(1, "hello, props to all"))
      yield* rehearsal.leave(1, "team")
      const state = yield* eventually("the socket is closed", (state) => state.team(1).openSockets === 0)
      assert.deepStrictEqual(state.team(1).closeCodes, [1000])
      assert.strictEqual(state.team(1).asks, 1)
      assert.deepStrictEqual(yield* fleet.health, [{ id: 1, connected: false, message_count: 1, props_count: 1 }])
    }).pipe(withFleet())
  )
})

describe("protocol row 3: team.left", () => {
  it.effect("on Global closes the team's socket with 1000, and the team is not dialled again", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1, 2)
      yield* rehearsal.leave(1)
      yield* eventually("closed", (state) => state.team(1).openSockets === 0)
      yield* pass("10 minutes")
      const state = yield* rehearsal.state
      assert.deepStrictEqual(state.team(1).closeCodes, [1000])
      assert.strictEqual(state.team(1).opens, 1)
      assert.strictEqual(state.team(2).openSockets, 1)
      assert.strictEqual(yield* stateOf(1), "Departed")
    }).pipe(withFleet())
  )

  it.effect("on both connections is the same as on one", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1)
      yield* rehearsal.leave(1, "both")
      yield* eventually("closed", (state) => state.team(1).openSockets === 0)
      yield* pass("1 minute")
      assert.strictEqual((yield* rehearsal.state).team(1).opens, 1)
      assert.strictEqual(yield* stateOf(1), "Departed")
    }).pipe(withFleet())
  )

  it.effect("cancels an ask that is in flight", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.answerAsks(Answer.Late({ by: "5 seconds" }))
      yield* rehearsal.join(1)
      yield* eventually("asked", (state) => state.team(1).asks === 1)
      yield* rehearsal.leave(1)
      yield* pass("1 minute")
      const state = yield* rehearsal.state
      assert.strictEqual(state.team(1).asks, 1)
      assert.strictEqual(state.team(1).dialsWhenAbsent, 0)
    }).pipe(withFleet())
  )

  it.effect("cancels a dial that is in flight", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.hangDials()
      yield* rehearsal.join(1)
      yield* eventually("dialling", (state) => state.dials.inFlight === 1)
      yield* rehearsal.leave(1)
      yield* eventually("given up", (state) => state.dials.inFlight === 0, 100)
      assert.strictEqual(yield* stateOf(1), "Departed")
    }).pipe(withFleet())
  )

  it.effect("cancels a wait on the ladder", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.refuseDials()
      yield* rehearsal.join(1)
      yield* eventually("refused", (state) => state.dials.refused === 1)
      yield* rehearsal.leave(1)
      yield* rehearsal.acceptDials
      yield* pass("10 minutes")
      assert.strictEqual((yield* rehearsal.state).team(1).asks, 1)
    }).pipe(withFleet())
  )

  it.effect("keeps the counters for the next join", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const fleet = yield* Fleet
      yield* joined(1)
      yield* rehearsal.say(1, "one")
      yield* rehearsal.leave(1)
      yield* pass("1 second")
      yield* joined(1)
      yield* rehearsal.say(1, "two, with props")
      assert.deepStrictEqual(yield* fleet.health, [{ id: 1, connected: true, message_count: 2, props_count: 1 }])
    }).pipe(withFleet())
  )

  it.effect("of a team that never joined changes nothing", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1)
      yield* rehearsal.sendRaw("global", `{"type":"team.left","team_id":77}`)
      yield* pass("1 second")
      const registry = yield* TeamRegistry
      assert.deepStrictEqual(
        registry.roster().map((team) => team.id),
        [1]
      )
    }).pipe(withFleet())
  )
})

describe("protocol row 4: a close without team.left", () => {
  for (const how of [Cut.CloseFrame({ code: 1000 }), Cut.CloseFrame({ code: 4001 }), Cut.End(), Cut.Reset()]) {
    it.effect(`is a fault: the team comes back after ${how._tag}${"code" in how ? ` ${how.code}` : ""}`, () =>
      Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* joined(1)
        yield* rehearsal.cut(1, how)
        const state = yield* eventually("back", (state) => state.team(1).opens === 2 && state.team(1).openSockets === 1)
        assert.strictEqual(state.maxSocketsOfOneTeam, 1)
      }).pipe(withFleet())
    )
  }
})

describe("protocol row 5: desired state apart from observed", () => {
  it.effect("a second join of a connected team changes nothing", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1)
      for (let i = 0; i < 5; i++) yield* rehearsal.join(1)
      yield* pass("5 seconds")
      const state = yield* rehearsal.state
      assert.strictEqual(state.team(1).opens, 1)
      assert.strictEqual(state.team(1).asks, 1)
    }).pipe(withFleet())
  )

  it.effect("join, left and join in one breath end in one socket", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.join(1)
      yield* rehearsal.leave(1)
      yield* rehearsal.join(1)
      yield* rehearsal.leave(1)
      yield* rehearsal.join(1)
      const state = yield* eventually("connected", (state) => state.team(1).openSockets === 1)
      yield* pass("1 minute")
      assert.strictEqual(state.maxSocketsOfOneTeam, 1)
      assert.strictEqual((yield* rehearsal.state).openSockets, 1)
    }).pipe(withFleet())
  )

  it.effect("a re-join waits for the old socket's close, and drops it when the drain time is over", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* stable(1)
      yield* rehearsal.mute(1)
      yield* rehearsal.leave(1)
      yield* rehearsal.join(1)
      yield* pass("4 seconds")
      assert.strictEqual((yield* rehearsal.state).team(1).asks, 1, "the old socket is still closing")
      yield* pass("2 seconds")
      const state = yield* rehearsal.state
      assert.strictEqual(state.team(1).opens, 2)
      assert.strictEqual(state.maxSocketsOfOneTeam, 1)
      assert.strictEqual(yield* stateOf(1), "Open")
    }).pipe(withFleet())
  )

  it.effect("an offer that comes after left is dropped, and counted", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const stats = yield* Stats
      yield* rehearsal.answerAsks(Answer.Late({ by: "2 seconds" }))
      yield* rehearsal.join(1)
      yield* eventually("asked", (state) => state.team(1).asks === 1)
      yield* rehearsal.leave(1)
      yield* pass("5 seconds")
      assert.strictEqual((yield* rehearsal.state).dials.total, 1, "only the Global dial")
      assert.strictEqual((yield* stats.totals).incidents["offer.after-left"], 1)
    }).pipe(withFleet())
  )
})

/** Until nothing is on its way, even where each step of a fiber takes a turn. */
const rest = Effect.repeat(pass("1 second"), { times: 5 })

describe("a left at every turn of the end of a connection", () => {
  for (const [what, comesBack] of [
    ["leaves nothing of the team behind", false],
    ["and a join behind it leave one connection, and no more than there was", true]
  ] as const) {
    it.effect(what, () =>
      Effect.gen(function* () {
        const reached = new Set<string | undefined>()
        for (let point = 0; point < 50; point++) {
          const held: Array<HeldResource> = []
          const counts = () => Object.fromEntries(held.map(({ count, what }) => [what, count()]))
          yield* Effect.gen(function* () {
            const rehearsal = yield* Rehearsal
            const registry = yield* TeamRegistry
            yield* rest
            const before = counts()
            yield* joined(1)
            yield* rest
            const connected = counts()
            yield* rehearsal.cut(1, Cut.Reset())
            const passing = yield* Effect.forkChild(pass("50 millis"))
            yield* turns(point)
            reached.add(yield* stateOf(1))
            yield* registry.leave(1)
            if (comesBack) yield* registry.join(1)
            yield* Fiber.join(passing)
            yield* pass("6 seconds")
            assert.deepStrictEqual(counts(), comesBack ? connected : before, `at point ${point}`)
            const team = (yield* rehearsal.state).team(1)
            assert.deepStrictEqual([team.openSockets, team.maxOpenSockets], [comesBack ? 1 : 0, 1])
          }).pipe(
            Effect.provideService(References.MaxOpsBeforeYield, 2048),
            withFleet(),
            stepByStep,
            Effect.provideService(LeakAudit, { add: (one) => void held.push(one) })
          )
        }
        assert.deepStrictEqual([...reached], ["Open", "Backoff"])
      })
    )
  }
})

describe("protocol row 20: team ids", () => {
  it.effect('come back in the JSON type that they came in, and 1 is not "1"', () =>
    Effect.gen(function* () {
      const fleet = yield* Fleet
      const rehearsal = yield* Rehearsal
      yield* joined("b", 2, "1", 1, "a", -3)
      assert.deepStrictEqual(
        (yield* fleet.health).map((team) => team.id),
        [-3, 1, 2, "1", "a", "b"]
      )
      assert.sameMembers(
        (yield* rehearsal.state).global.received.map((event) => event.type === "team.connect" && event.team_id),
        ["b", 2, "1", 1, "a", -3]
      )
    }).pipe(withFleet())
  )
})

describe("protocol row 17: more teams than are kept at once", () => {
  const refused = Effect.flatMap(Fleet, ({ status }) =>
    Effect.map(status, ({ totals }) => totals.incidents["join.refused"] ?? 0)
  )

  it.effect("are refused and counted, and change nothing for those that are kept", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const registry = yield* TeamRegistry
      yield* joined(1, 2)
      yield* rehearsal.join(3)
      yield* rehearsal.join(2)
      yield* pass("1 minute")
      assert.strictEqual(yield* refused, 1)
      assert.isUndefined(registry.find(3))
      const state = yield* rehearsal.state
      assert.deepStrictEqual(
        [1, 2, 3].map((id) => [state.team(id).opens, state.team(id).asks]),
        [
          [1, 1],
          [1, 1],
          [0, 0]
        ]
      )
      assert.deepStrictEqual(
        (yield* (yield* Fleet).health).map(({ id }) => id),
        [1, 2]
      )
    }).pipe(withFleet({ maxTeams: 2 }))
  )

  it.effect("have room at once when others have left, though these are still being closed", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1, 2)
      yield* rehearsal.mute(1)
      yield* rehearsal.leave(1)
      yield* joined(3)
      yield* rehearsal.join(1)
      yield* pass("1 minute")
      assert.strictEqual(yield* refused, 1)
      yield* rehearsal.leave(2)
      yield* joined(1)
      assert.strictEqual(yield* refused, 1)
    }).pipe(withFleet({ maxTeams: 2 }))
  )

  it.effect(
    "never hold more than twice their number, and those that are remembered, while nobody answers a close",
    () =>
      Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        const registry = yield* TeamRegistry
        for (let id = 0; id < 200; id++) {
          yield* rehearsal.join(id)
          yield* pass(100)
          yield* rehearsal.mute(id)
          yield* rehearsal.leave(id)
          assert.isAtMost(registry.roster().length, 2 * 5 + 1 + 3)
        }
        assert.isAbove(yield* refused, 0)
        yield* pass("10 seconds")
      }).pipe(withFleet({ maxTeams: 5, rememberDeparted: 3 }))
  )
})
