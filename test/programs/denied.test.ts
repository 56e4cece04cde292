import { assert, describe, it } from "@effect/vitest"
import { layerWithoutSocket, Stats, TeamRegistry } from "botswain"
import { Answer, layerMemory, Rehearsal } from "botswain/rehearsal"
import { Clock, Effect, Layer, Random } from "effect"
import { TestClock } from "effect/testing"
import { Journal, type StoredTeam } from "../../src/services/Journal.ts"
import { monotonicMillis } from "../../src/services/monotonic.ts"
import type { Census } from "../../src/services/TeamRegistry.ts"
import { pass, settle } from "../support/fleet.ts"

/** A journal that has teams 0 to n - 1, all wanted. */
const journalOf = (teams: number) => {
  const stored: ReadonlyArray<StoredTeam> = Array.from({ length: teams }, (_, id) => ({
    id,
    wanted: true,
    generation: 1,
    messages: 0,
    props: 0
  }))
  return Layer.succeed(Journal, {
    kind: "memory",
    stored: Effect.succeed(stored),
    writeRoster: () => Effect.void,
    writeCounts: () => Effect.void
  })
}

/**
 * Runs a fleet on the state of so many teams. The platform knows each so many of them, and nothing of the others; asks for those
 * that it knows it answers so.
 */
const withState =
  (teams: number, knowsEach: number, answer: Answer = Answer.Once()) =>
  <A, E>(test: Effect.Effect<A, E, Rehearsal | Stats | TeamRegistry>) =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      for (let id = 0; id < teams; id += knowsEach) yield* rehearsal.join(id)
      // Takes the joins, so that they are not said again to the fleet that is looked at.
      const before = layerWithoutSocket({ url: rehearsal.globalUrl })
      yield* Effect.provide(settle, before)
      yield* rehearsal.answerAsks(answer)
      const fleet = layerWithoutSocket({ url: rehearsal.globalUrl }).pipe(Layer.provide(journalOf(teams)))
      return yield* Effect.provide(test, fleet)
    }).pipe(Effect.provide(layerMemory({ replayJoins: false })), Random.withSeed("botswain"))

/** Milliseconds until the census is so; fails if it is not within the bound. */
const millisUntil = Effect.fnUntraced(function* (predicate: (census: Census) => boolean, within: number) {
  const registry = yield* TeamRegistry
  const clock = yield* Clock.Clock
  const began = monotonicMillis(clock)
  for (;;) {
    const census = yield* registry.census
    const took = monotonicMillis(clock) - began
    if (predicate(census)) return took
    if (took > within) return assert.fail(`not within ${within} ms: ${JSON.stringify(census)}`)
    yield* TestClock.adjust(50)
  }
})

const isDenied = (census: Census) => census.denied === census.wanted - census.connected

describe("teams out of the state that the platform denies", () => {
  for (const [teams, knowsEach] of [
    [300, 100],
    [5_000, 10],
    [5_000, 100]
  ] as const) {
    it.effect(`do not hold up the others: of ${teams} each ${knowsEach}th is wanted still`, () =>
      Effect.gen(function* () {
        assert.isAtMost(yield* millisUntil(({ connected }) => connected === teams / knowsEach, 2_000), 2_000)
      }).pipe(withState(teams, knowsEach))
    )
  }

  it.effect("are in the slow lane from the third denial on, and count as no failure", () =>
    Effect.gen(function* () {
      yield* millisUntil((census) => census.connected === 1 && census.slowRetry === 2, 20_000)
      const { denied, failing, unconfirmed } = yield* (yield* TeamRegistry).census
      assert.deepStrictEqual({ denied, failing, unconfirmed }, { denied: 2, failing: 0, unconfirmed: 2 })
    }).pipe(withState(3, 3))
  )

  it.effect("depart when they have been denied for an hour", () =>
    Effect.gen(function* () {
      const registry = yield* TeamRegistry
      yield* millisUntil((census) => census.denied === 2, 20_000)
      yield* pass("59 minutes")
      assert.strictEqual((yield* registry.census).departed, 0)
      yield* pass("2 minutes")
      const { departed, wanted } = yield* registry.census
      assert.deepStrictEqual({ departed, wanted }, { departed: 2, wanted: 1 })
      assert.strictEqual((yield* (yield* Stats).totals).incidents["team.disowned"], 2)
    }).pipe(withState(3, 3))
  )

  it.effect("are confirmed by a join, and connected", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* millisUntil((census) => census.slowRetry === 2, 20_000)
      yield* rehearsal.join(1)
      yield* millisUntil((census) => census.connected === 2 && census.unconfirmed === 1, 2_000)
    }).pipe(withState(3, 3))
  )
})

describe("a platform that answers all asks with errors after our start", () => {
  it.effect(
    "has forgotten nobody: all are back within seconds after it makes offers again, and none has departed",
    () =>
      Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        const registry = yield* TeamRegistry
        yield* rehearsal.answerAsks(Answer.Error({ message: "out of order" }))
        yield* millisUntil(isDenied, 20_000)
        yield* pass("70 minutes")
        assert.strictEqual((yield* registry.census).wanted, 500)
        yield* rehearsal.answerAsks(Answer.Once())
        yield* millisUntil(({ connected }) => connected > 0, 60_000)
        assert.isAtMost(yield* millisUntil(({ connected }) => connected === 500, 5_000), 5_000)
        assert.strictEqual((yield* registry.census).unconfirmed, 0)
      }).pipe(withState(500, 1, Answer.Error({ message: "out of order" })))
  )
})
