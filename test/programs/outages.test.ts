import { assert, describe, it } from "@effect/vitest"
import { Fleet, Stats } from "botswain"
import { Cut, Rehearsal } from "botswain/rehearsal"
import { Effect } from "effect"
import { defaults } from "../../src/services/dialing/policy/DialPolicy.ts"
import { eventually, pass, settle, stable, stateOf, withFleet } from "../support/fleet.ts"

const many = (teams: number) => Array.from({ length: teams }, (_, id) => id)

/**
 * Dials of teams that had held, in two minutes in which nobody gets through: the credit of their lane, and canaries: four a second
 * for ten seconds and one at once, then one in a fortieth of the time so far, and then one a second.
 */
const dialsInVain = defaults.credit[0]! + 1 + 40 + 40 * Math.log(4) + 80

const opened = Effect.flatMap(Stats, (stats) =>
  Effect.map(stats.totals, ({ incidents }) => incidents["circuit.opened"] ?? 0)
)

/** Dials of teams that reached the server since then. */
const teamDials = (since: number) =>
  Effect.map(
    Effect.flatMap(Rehearsal, ({ state }) => state),
    ({ dials }) => dials.recent.filter(({ at, target }) => typeof target === "object" && at >= since)
  )

describe("storm control: while most dials to a host fail", () => {
  for (const dials of ["refuse", "hang"] as const) {
    it.effect(
      `an outage (${dials}) costs the credit of a lane and a canary a second; then those that wait are back at once`,
      () =>
        Effect.gen(function* () {
          const rehearsal = yield* Rehearsal
          yield* stable(...many(300))
          yield* rehearsal.startOutage({ cut: Cut.Reset(), dials })
          yield* pass("2 minutes")
          const down = (yield* teamDials(31_000)).filter(({ outcome }) => outcome !== "accepted")
          assert.isAtMost(down.length, dialsInVain)
          assert.isAtLeast(down.length, 120, "and somebody always looks")
          assert.strictEqual(yield* opened, 1)

          yield* rehearsal.endOutage
          yield* eventually("Global is up", (state) => state.global.openSockets === 1, 21_000)
          // Canaries of before may hang for the connect timeout.
          yield* eventually("all that wait are back", (state) => state.connectedTeams >= 289, 3_000)
          yield* eventually("all are back", (state) => state.connectedTeams === 300, 10_000)
          assert.strictEqual((yield* (yield* Fleet).status).census.slowRetry, 0)
        }).pipe(withFleet())
    )
  }

  it.effect("a canary gets through within a second, also where Global has stayed up", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* stable(...many(100))
      yield* rehearsal.refuseDials()
      yield* rehearsal.cutAll(Cut.Reset())
      yield* pass("10 minutes")
      yield* rehearsal.acceptDials
      // Those that were canaries not long ago, and wait on the ladder, are woken.
      yield* eventually("all are back", (state) => state.connectedTeams === 100, 3_000)
      assert.strictEqual((yield* (yield* Fleet).status).census.slowRetry, 0)
    }).pipe(withFleet())
  )

  it.effect("a server that sheds load is filled in about the time that its capacity allows", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* stable(...many(300))
      yield* rehearsal.limitDials(15)
      yield* rehearsal.cutAll(Cut.Reset())
      const floor = (300 / 15) * 1_000
      const state = yield* eventually("all are back", (state) => state.connectedTeams === 300, 1.5 * floor)
      assert.isAtMost(state.dials.refused, 300)
    }).pipe(withFleet())
  )

  it.effect("a few teams that fail hold up nobody, and are tried as the ladder says", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      for (const id of many(19)) {
        yield* rehearsal.refuseDials({ of: { team: id } })
        yield* rehearsal.join(id)
      }
      yield* pass("2 minutes")
      assert.strictEqual(yield* opened, 0)
      for (const id of many(19)) assert.strictEqual(yield* stateOf(id), "SlowRetry")
    }).pipe(withFleet())
  )

  it.effect("newcomers that fail are no storm for a fleet that is stable", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* stable(...many(60))
      for (let id = 100; id < 160; id++) {
        yield* rehearsal.refuseDials({ of: { team: id } })
        yield* rehearsal.join(id)
      }
      yield* pass("2 minutes")
      assert.strictEqual(yield* opened, 0)
    }).pipe(withFleet())
  )

  it.effect("a team that leaves while it waits is not dialled any more, and one that comes back is", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.refuseDials()
      for (const id of many(60)) yield* rehearsal.join(id)
      yield* pass("5 seconds")
      for (const id of many(59)) yield* rehearsal.leave(id)
      yield* rehearsal.acceptDials
      yield* pass("5 seconds")
      const state = yield* rehearsal.state
      assert.deepStrictEqual([state.connectedTeams, state.team(59).openSockets], [1, 1])
      yield* rehearsal.join(3)
      yield* settle
      assert.strictEqual(state.team(3).openSockets, 1)
    }).pipe(withFleet())
  )
})

describe("a URL that was used before", () => {
  it.effect("is not dialled if Global is up again by the time that its turn comes: the team asks anew", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* stable(1, 2)
      yield* rehearsal.delayDials("700 millis", { of: "global" })
      yield* rehearsal.hangDials({ of: "teams", count: 1 })
      yield* rehearsal.cutGlobal(Cut.Reset())
      yield* rehearsal.cutAll(Cut.Reset())
      // One hangs, and the other waits for the only place, which it gets after a second.
      yield* pass("600 millis")
      assert.sameMembers([yield* stateOf(1), yield* stateOf(2)], ["Dialing", "Dialing"])
      assert.strictEqual((yield* rehearsal.state).global.openSockets, 0)
      const state = yield* eventually("both are back", (state) => state.connectedTeams === 2, 15_000)
      assert.deepStrictEqual([state.team(1).asks, state.team(2).asks], [2, 2])
      // Nothing of a team's was refused: only Global's own dials were.
      assert.isTrue((yield* teamDials(0)).every(({ outcome }) => outcome !== "refused"))
      assert.strictEqual((yield* (yield* Stats).totals).incidents["dial.failed"], 1)
    }).pipe(withFleet({ maxDials: 1 }))
  )
})
