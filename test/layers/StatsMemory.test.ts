import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { layer } from "../../src/layers/StatsMemory.ts"
import { Stats } from "../../src/services/Stats.ts"
import { TeamId } from "../../src/wire/TeamId.ts"

/** A team's counts now. */
const countsOf = Effect.fnUntraced(function* (team: TeamId) {
  const { messages, props } = (yield* Stats).counts(team)
  return { messages, props }
})

const say = Effect.fnUntraced(function* (team: TeamId, ...texts: ReadonlyArray<string>) {
  const counter = (yield* Stats).counter(team)
  for (const text of texts) counter.count(text)
})

describe("a team's counts (protocol row 19)", () => {
  it.effect("are of its messages, and of those that contain props", () =>
    Effect.gen(function* () {
      yield* say(1, "hello", "props to all", "no prop")
      assert.deepStrictEqual(yield* countsOf(1), { messages: 3, props: 1 })
    }).pipe(Effect.provide(layer))
  )

  it.effect("props is anywhere in the text, case-sensitive, and at most one a message", () =>
    Effect.gen(function* () {
      yield* say(1, "props", "xpropsx", "props props props", "a\nprops\n", "\u0000props", '"props"')
      assert.deepStrictEqual(yield* countsOf(1), { messages: 6, props: 6 })
      yield* say(2, "Props", "PROPS", "prop s", "", "prоps", "p\u200brops")
      assert.deepStrictEqual(yield* countsOf(2), { messages: 6, props: 0 })
    }).pipe(Effect.provide(layer))
  )

  it.effect("are zero for a team that has said nothing, or is not known", () =>
    Effect.gen(function* () {
      yield* say(1)
      assert.deepStrictEqual(yield* countsOf(1), { messages: 0, props: 0 })
      assert.deepStrictEqual(yield* countsOf("unknown"), { messages: 0, props: 0 })
    }).pipe(Effect.provide(layer))
  )

  it.effect('are a team\'s own: 1 and "1" are two (row 20)', () =>
    Effect.gen(function* () {
      yield* say(1, "props")
      yield* say("1", "a", "b")
      assert.deepStrictEqual(yield* countsOf(1), { messages: 1, props: 1 })
      assert.deepStrictEqual(yield* countsOf("1"), { messages: 2, props: 0 })
    }).pipe(Effect.provide(layer))
  )

  it.effect("go on across reconnects and re-joins: a team has one counter, whoever asks for it", () =>
    Effect.gen(function* () {
      const stats = yield* Stats
      const before = stats.counter(1)
      before.count("one")
      const after = stats.counter(1)
      after.count("two")
      before.count("three: a frame of the old socket that was read late")
      assert.deepStrictEqual(yield* countsOf(1), { messages: 3, props: 0 })
    }).pipe(Effect.provide(layer))
  )

  it.effect("can be read from the counter itself", () =>
    Effect.gen(function* () {
      const counter = (yield* Stats).counter(1)
      counter.count("props")
      assert.deepStrictEqual([counter.messages, counter.props], [1, 1])
    }).pipe(Effect.provide(layer))
  )

  it.effect("begin anew for a team that is forgotten (row 17)", () =>
    Effect.gen(function* () {
      const stats = yield* Stats
      yield* say(1, "props", "more")
      yield* say(2, "other")
      stats.forget(1)
      assert.deepStrictEqual(yield* countsOf(1), { messages: 0, props: 0 })
      yield* say(1, "new")
      assert.deepStrictEqual(yield* countsOf(1), { messages: 1, props: 0 })
      assert.deepStrictEqual(yield* countsOf(2), { messages: 1, props: 0 })
      stats.forget("never known")
    }).pipe(Effect.provide(layer))
  )

  it.effect.prop(
    "add up to the fleet's, whoever says what",
    [Schema.Array(Schema.Tuple([TeamId, Schema.Literals(["props", "other", "props and props"])]))],
    ([said]) =>
      Effect.gen(function* () {
        for (const [team, text] of said) yield* say(team, text)
        const teams = [...new Set(said.map(([team]) => team))]
        const counts = yield* Effect.forEach(teams, countsOf)
        const { incidents, ...totals } = yield* (yield* Stats).totals
        assert.deepStrictEqual(totals, {
          messages: counts.reduce((sum, { messages }) => sum + messages, 0),
          props: counts.reduce((sum, { props }) => sum + props, 0)
        })
        assert.strictEqual(totals.messages, said.length)
        assert.deepStrictEqual(incidents, {})
      }).pipe(Effect.provide(layer)),
    { arbitrary: { runs: 100, seed: 1 } }
  )
})

describe("the fleet's totals", () => {
  it.effect("keep what a forgotten team has said", () =>
    Effect.gen(function* () {
      const stats = yield* Stats
      yield* say(1, "props", "a")
      stats.forget(1)
      yield* say(1, "b")
      assert.deepStrictEqual(yield* stats.totals, { messages: 3, props: 1, incidents: {} })
    }).pipe(Effect.provide(layer))
  )

  it.effect("tally incidents by name, one by one or many at once", () =>
    Effect.gen(function* () {
      const stats = yield* Stats
      stats.tally("dial.failed")
      stats.tally("offer.refused")
      stats.tally("dial.failed", 3)
      assert.deepStrictEqual((yield* stats.totals).incidents, { "dial.failed": 4, "offer.refused": 1 })
    }).pipe(Effect.provide(layer))
  )

  it.effect("are of the instant that they are read: what comes later does not change them", () =>
    Effect.gen(function* () {
      const stats = yield* Stats
      yield* say(1, "a")
      stats.tally("dial.failed")
      const totals = yield* stats.totals
      yield* say(1, "props")
      stats.tally("dial.failed")
      assert.deepStrictEqual(totals, { messages: 1, props: 0, incidents: { "dial.failed": 1 } })
    }).pipe(Effect.provide(layer))
  )

  it.effect("are of one run: another one begins at zero", () =>
    Effect.gen(function* () {
      yield* Effect.provide(say(1, "a"), layer, { local: true })
      assert.deepStrictEqual(
        yield* Effect.provide(
          Stats.use(({ totals }) => totals),
          layer,
          { local: true }
        ),
        {
          messages: 0,
          props: 0,
          incidents: {}
        }
      )
    })
  )
})
