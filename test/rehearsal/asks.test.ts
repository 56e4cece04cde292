import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { Answer, Rehearsal } from "../../src/rehearsal/Rehearsal.ts"
import { connect, connectGlobal, inMemory, turn } from "./client.ts"

/** A Global connection whose teams 1 and 2 are present. */
const asking = Effect.gen(function* () {
  const rehearsal = yield* Rehearsal
  const global = yield* connectGlobal
  yield* rehearsal.join(1)
  yield* rehearsal.join(2)
  const ask = (id: number) =>
    Effect.andThen(
      Effect.sync(() => global.ask(id)),
      turn
    )
  return { rehearsal, global, ask }
})

describe("asks", () => {
  it.effect("are answered once, with a URL that works", () =>
    Effect.gen(function* () {
      const { ask, global, rehearsal } = yield* asking
      yield* ask(1)
      assert.lengthOf(global.urls, 1)
      yield* connect(global.urls[0] ?? "")
      const state = yield* rehearsal.state
      assert.deepStrictEqual([state.team(1).asks, state.team(1).openSockets], [1, 1])
      assert.deepStrictEqual(state.global.received, [{ type: "team.connect", team_id: 1 }])
    }).pipe(inMemory())
  )

  it.effect("of a team that is absent are answered with an error", () =>
    Effect.gen(function* () {
      const { ask, global } = yield* asking
      yield* ask(99)
      assert.deepInclude(global.events.at(-1), { type: "error", team_id: 99 })
    }).pipe(inMemory())
  )

  it.effect("are answered never, or twice with two URLs", () =>
    Effect.gen(function* () {
      const { ask, global, rehearsal } = yield* asking
      yield* rehearsal.answerAsks(Answer.Never())
      yield* ask(1)
      assert.lengthOf(global.urls, 0)
      yield* rehearsal.answerAsks(Answer.Twice())
      yield* ask(1)
      assert.strictEqual(new Set(global.urls).size, 2)
    }).pipe(inMemory())
  )

  it.effect("are answered late by Effect's clock, even when the team has left meanwhile", () =>
    Effect.gen(function* () {
      const { ask, global, rehearsal } = yield* asking
      yield* rehearsal.answerAsks(Answer.Late({ by: "1 minute" }))
      yield* ask(1)
      yield* rehearsal.leave(1)
      yield* TestClock.adjust("59 seconds")
      assert.lengthOf(global.urls, 0)
      yield* TestClock.adjust("1 second")
      assert.lengthOf(global.urls, 1)
    }).pipe(inMemory())
  )

  it.effect("are answered with an error, or with a given text for a URL", () =>
    Effect.gen(function* () {
      const { ask, global, rehearsal } = yield* asking
      yield* rehearsal.answerAsks(Answer.Error({ message: "too busy" }))
      yield* ask(1)
      assert.deepInclude(global.events.at(-1), { type: "error", message: "too busy", team_id: 1 })
      yield* rehearsal.answerAsks(Answer.Url({ url: "gopher://nowhere" }))
      yield* ask(1)
      assert.deepStrictEqual(global.urls, ["gopher://nowhere"])
    }).pipe(inMemory())
  )

  it.effect("of one team, or so many of them, may be answered in a way of their own", () =>
    Effect.gen(function* () {
      const { ask, global, rehearsal } = yield* asking
      yield* rehearsal.answerAsks(Answer.Never(), { team: 1, times: 2 })
      yield* ask(1)
      yield* ask(1)
      yield* ask(2)
      assert.lengthOf(global.urls, 1)
      yield* ask(1)
      assert.lengthOf(global.urls, 2)
      yield* rehearsal.answerAsks(Answer.Never(), { times: 1 })
      yield* ask(1)
      yield* ask(2)
      assert.lengthOf(global.urls, 3)
    }).pipe(inMemory())
  )
})
