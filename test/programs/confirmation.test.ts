import { assert, describe, it } from "@effect/vitest"
import { Fleet, TeamRegistry } from "botswain"
import { Answer, Rehearsal } from "botswain/rehearsal"
import { Effect } from "effect"
import { make } from "../../src/rehearsal/memory/JournalMemory.ts"
import type { TeamId } from "../../src/wire/TeamId.ts"
import { placed, team, wanted } from "../layers/journal.contract.ts"
import { eventually, joined, pass, settle, stateOf, withFleet } from "../support/fleet.ts"
import { logLines } from "../support/logLines.ts"
import { fleetOn, leftBehind } from "../support/state.ts"

const census = Effect.flatMap(TeamRegistry, (registry) => registry.census)

const find = (id: TeamId) => Effect.map(TeamRegistry, (registry) => registry.find(id))

/** Asks of the fleet for a team, whether the platform knows it or not. */
const asksFor = Effect.fnUntraced(function* (id: TeamId) {
  const { state } = yield* Rehearsal
  const { global } = yield* state
  return global.received.filter((event) => event.type === "team.connect" && event.team_id === id).length
})

/** A fleet on a state in which so many teams are wanted. */
const restored = Effect.fnUntraced(function* (teams: number) {
  const journal = yield* make
  yield* leftBehind(
    journal,
    Array.from({ length: teams }, (_, i) => placed(i + 1))
  )
  return journal
})

describe("protocol row 24: a team out of the state", () => {
  it.effect("is unconfirmed until the platform joins it, or makes it an offer", () =>
    Effect.gen(function* () {
      const journal = yield* restored(3)
      yield* Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        assert.deepInclude(yield* census, { wanted: 3, unconfirmed: 3 })
        yield* rehearsal.answerAsks(Answer.Never())
        yield* rehearsal.join(1)
        yield* settle
        assert.isTrue((yield* find(1))?.isConfirmed)
        yield* rehearsal.offer(2, "ws://rehearsal.test/connect/nowhere")
        yield* settle
        assert.isTrue((yield* find(2))?.isConfirmed)
        assert.deepInclude(yield* census, { wanted: 3, unconfirmed: 1 })
      }).pipe(fleetOn(journal))
    })
  )

  it.effect("keeps its generation, and a join confirms it without a new one", () =>
    Effect.gen(function* () {
      const journal = yield* make
      yield* leftBehind(journal, [placed(1, wanted(7))])
      yield* Effect.gen(function* () {
        yield* joined(1)
        assert.strictEqual((yield* find(1))?.generation, 7)
        yield* pass("2 seconds")
        assert.deepStrictEqual(journal.teams(), [team(1, wanted(7))])
      }).pipe(fleetOn(journal))
    })
  )

  it.effect("that is denied is no failure: it counts as denied, in the slow lane from the third denial on", () =>
    Effect.gen(function* () {
      const journal = yield* restored(1)
      yield* Effect.gen(function* () {
        while ((yield* asksFor(1)) === 0) yield* pass("50 millis")
        yield* settle
        assert.deepInclude(yield* census, { wanted: 1, failing: 0, denied: 1, slowRetry: 0 })
        yield* pass("10 seconds")
        assert.strictEqual(yield* asksFor(1), 3)
        assert.strictEqual(yield* stateOf(1), "SlowRetry")
        assert.deepInclude(yield* census, { failing: 0, denied: 1, slowRetry: 1 })
      }).pipe(fleetOn(journal))
    })
  )

  it.effect(
    "that is denied for an hour departs where others were made offers meanwhile, and its place is written",
    () =>
      Effect.gen(function* () {
        const journal = yield* restored(1)
        const { capture, lines } = logLines()
        yield* Effect.gen(function* () {
          const fleet = yield* Fleet
          yield* joined(2)
          yield* pass("59 minutes")
          assert.isTrue((yield* find(1))?.wanted)
          yield* pass("2 minutes")
          assert.isFalse((yield* find(1))?.wanted)
          assert.isFalse(journal.teams().find(({ id }) => id === 1)?.wanted)
          assert.strictEqual((yield* fleet.status).totals.incidents["team.disowned"], 1)
          assert.lengthOf(
            lines.filter(({ message }) => String(message).includes("the platform denies it")),
            1
          )
          yield* joined(1)
          assert.isTrue((yield* find(1))?.isConfirmed, "it may come back like any other")
        }).pipe(fleetOn(journal), capture)
      })
  )

  it.effect("stays where nobody was made an offer: a platform that answers all with errors has forgotten nobody", () =>
    Effect.gen(function* () {
      const journal = yield* restored(3)
      yield* Effect.gen(function* () {
        yield* pass("3 hours")
        assert.deepInclude(yield* census, { wanted: 3, denied: 3 })
      }).pipe(fleetOn(journal))
    })
  )

  it.effect("that is denied and named then is denied no more, and does not depart", () =>
    Effect.gen(function* () {
      const journal = yield* restored(1)
      yield* Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* joined(2)
        yield* pass("59 minutes")
        yield* rehearsal.answerAsks(Answer.Error({ message: "not now" }), { team: 1 })
        yield* rehearsal.join(1)
        yield* pass("1 hour")
        assert.isTrue((yield* find(1))?.wanted)
        assert.deepInclude(yield* census, { failing: 1, denied: 0 })
      }).pipe(fleetOn(journal))
    })
  )
})

describe("protocol row 24: joins that are repeated on a new Global connection", () => {
  it.effect("leave those unconfirmed that are not among them, where half of the wanted teams are", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1, 2, 3, 4)
      yield* rehearsal.leave(4, "nowhere")
      yield* rehearsal.cutGlobal()
      yield* eventually("back", ({ global }) => global.openSockets === 1)
      yield* pass("1 second")
      assert.deepInclude(yield* census, { wanted: 4, unconfirmed: 1 })
      assert.isFalse((yield* find(4))?.isConfirmed)
    }).pipe(withFleet({}, { replayJoins: true }))
  )

  it.effect("a team that left meanwhile departs an hour after it is denied for the first time", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1, 2, 3, 4)
      yield* rehearsal.leave(4, "nowhere")
      yield* rehearsal.cutGlobal()
      yield* rehearsal.cut(4)
      yield* eventually("back", ({ global }) => global.openSockets === 1)
      yield* pass("61 minutes")
      yield* rehearsal.cut(1)
      yield* pass("30 minutes")
      assert.deepInclude(yield* census, { wanted: 3, unconfirmed: 0, departed: 1 })
    }).pipe(withFleet({}, { replayJoins: true }))
  )

  it.effect("without any repeated, all stay confirmed", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1, 2)
      yield* rehearsal.cutGlobal()
      yield* eventually("back", ({ global }) => global.openSockets === 1)
      yield* pass("1 second")
      assert.deepInclude(yield* census, { wanted: 2, unconfirmed: 0 })
    }).pipe(withFleet({}, { replayJoins: false }))
  )
})
