import { assert, it } from "@effect/vitest"
import { Arbitrary, Effect, Layer, Schema, Scope } from "effect"
import { Journal, JournalFailed, type JournalShape, type Place, type StoredTeam } from "../../src/services/Journal.ts"
import { TeamId } from "../../src/wire/TeamId.ts"
import { hostileIds } from "../support/hostileIds.ts"

export type JournalLayer = Layer.Layer<never, JournalFailed>

/** What a fleet does with its journal, from its start to its end. */
export const during = <A, E, R>(layer: JournalLayer, body: Effect.Effect<A, E, R>) =>
  Effect.provide(body, Layer.fresh(layer))

/** What a fleet that starts now finds. */
export const found = (layer: JournalLayer) =>
  during(
    layer,
    Effect.flatMap(Journal, ({ stored }) => stored)
  )

/** Opens it, until the Scope closes. */
export const opened = Effect.fnUntraced(function* (layer: JournalLayer) {
  const context = yield* Layer.build(Layer.fresh(layer))
  return yield* Effect.provide(Effect.service(Journal), context)
})

export const wanted = (generation = 1): Place => ({ wanted: true, generation })
export const departed = (generation = 1): Place => ({ wanted: false, generation })
export const placed = (id: TeamId, place = wanted()) => ({ id, place })
export const said = (id: TeamId, messages: number, props = 0) => ({ id, messages, props })
export const team = (id: TeamId, place: Place, messages = 0, props = 0): StoredTeam => ({
  id,
  ...place,
  messages,
  props
})

/** Writes to it as one fleet, which then ends. */
const write = (layer: JournalLayer, body: (journal: JournalShape) => Effect.Effect<void, JournalFailed>) =>
  during(layer, Effect.flatMap(Journal, body))

/** The reason for which something failed. */
export const reasonOf = <A, R>(effect: Effect.Effect<A, JournalFailed, R>) =>
  effect.pipe(
    Effect.flip,
    Effect.map(({ reason }) => reason),
    Effect.orDie
  )

const most = Number.MAX_SAFE_INTEGER

/** What every journal that keeps something keeps to. `fresh` gives an empty one, for as long as the Scope is open. */
export const contract = (fresh: Effect.Effect<JournalLayer, never, Scope.Scope>): void => {
  it.live("has nothing stored that is new", () =>
    Effect.gen(function* () {
      const layer = yield* fresh
      assert.deepStrictEqual(yield* found(layer), [])
      assert.deepStrictEqual(yield* found(layer), [])
    })
  )

  it.live("tells the next fleet where the teams stood, in the order in which that last changed", () =>
    Effect.gen(function* () {
      const layer = yield* fresh
      yield* write(layer, ({ writeRoster }) =>
        Effect.gen(function* () {
          yield* writeRoster(["a", "b", 3, 4, "c"].map((id) => placed(id)))
          yield* writeRoster([placed("a", departed())])
          yield* writeRoster([placed(3, departed()), placed("a", wanted(2))])
          yield* writeRoster([])
        })
      )
      const all = [
        team("b", wanted()),
        team(4, wanted()),
        team("c", wanted()),
        team(3, departed()),
        team("a", wanted(2))
      ]
      assert.deepStrictEqual(yield* found(layer), all)
      assert.deepStrictEqual(yield* found(layer), all)
    })
  )

  it.live("gives what is stored once", () =>
    Effect.gen(function* () {
      const layer = yield* fresh
      yield* write(layer, ({ writeRoster }) => writeRoster([placed(1)]))
      yield* during(
        layer,
        Effect.gen(function* () {
          const { stored, writeRoster } = yield* Journal
          yield* writeRoster([placed(2)])
          assert.deepStrictEqual(yield* stored, [team(1, wanted())], "as it was when it was opened")
          assert.deepStrictEqual(yield* stored, [])
        })
      )
    })
  )

  it.live("changes nothing, not even the order, when a write is repeated", () =>
    Effect.gen(function* () {
      const layer = yield* fresh
      const changes = [placed("x", departed(3)), placed("y"), { id: "z", place: undefined }]
      yield* write(layer, ({ writeRoster }) => writeRoster(changes))
      yield* write(layer, ({ writeCounts, writeRoster }) =>
        Effect.gen(function* () {
          yield* writeRoster([placed("w")])
          yield* writeRoster(changes)
          yield* writeCounts([said("x", 7, 2), said("y", 1)])
          yield* writeCounts([said("x", 7, 2), said("y", 1)])
          yield* writeRoster(changes)
        })
      )
      assert.deepStrictEqual(yield* found(layer), [
        team("x", departed(3), 7, 2),
        team("y", wanted(), 1),
        team("w", wanted())
      ])
    })
  )

  it.live("takes several changes of one team in one write: the last one stands", () =>
    Effect.gen(function* () {
      const layer = yield* fresh
      yield* write(layer, ({ writeCounts, writeRoster }) =>
        Effect.gen(function* () {
          yield* writeRoster([placed("a"), placed("b"), placed("a", departed()), placed("a", wanted(2))])
          yield* writeCounts([said("a", 5), said("b", 6)])
          yield* writeRoster([
            { id: "b", place: undefined },
            placed("b", wanted(9)),
            { id: "new", place: undefined },
            placed("gone"),
            { id: "gone", place: undefined }
          ])
        })
      )
      assert.deepStrictEqual(yield* found(layer), [team("a", wanted(2), 5), team("b", wanted(9))])
    })
  )

  it.live("never lets a count go back, and takes each for itself", () =>
    Effect.gen(function* () {
      const layer = yield* fresh
      yield* write(layer, ({ writeCounts, writeRoster }) =>
        Effect.gen(function* () {
          yield* writeRoster([placed(1), placed(2), placed(3)])
          yield* writeCounts([said(1, 10, 4), said(2, most, most), said(3, 0, 0)])
          yield* writeCounts([said(1, 9, 5), said(2, 1, 1), said(3, 1, 0)])
          yield* writeCounts([said(3, 2, 1), said(3, 1, 2)])
          yield* writeCounts([])
        })
      )
      assert.deepStrictEqual(yield* found(layer), [
        team(1, wanted(), 10, 5),
        team(2, wanted(), most, most),
        team(3, wanted(), 2, 2)
      ])
    })
  )

  it.live("keeps the counts of a team that departs and returns, and not of one that is forgotten", () =>
    Effect.gen(function* () {
      const layer = yield* fresh
      yield* write(layer, ({ writeCounts, writeRoster }) =>
        Effect.gen(function* () {
          yield* writeRoster([placed("stays"), placed("forgotten")])
          yield* writeCounts([said("stays", 3, 1), said("forgotten", 3, 1)])
          yield* writeRoster([placed("stays", departed()), { id: "forgotten", place: undefined }])
          yield* writeCounts([said("stays", 4, 2), said("forgotten", 4, 2)])
        })
      )
      assert.deepStrictEqual(yield* found(layer), [team("stays", departed(), 4, 2)], "a team not stored is passed over")
      yield* write(layer, ({ writeRoster }) =>
        writeRoster([placed("forgotten", wanted(2)), placed("stays", wanted(2))])
      )
      assert.deepStrictEqual(yield* found(layer), [team("forgotten", wanted(2)), team("stays", wanted(2), 4, 2)])
    })
  )

  it.live("tells every id from every other, as it came", () =>
    Effect.gen(function* () {
      const layer = yield* fresh
      yield* write(layer, ({ writeCounts, writeRoster }) =>
        Effect.gen(function* () {
          yield* writeRoster(hostileIds.map((id) => placed(id)))
          yield* writeCounts(hostileIds.map((id, n) => said(id, n, n)))
        })
      )
      const all = hostileIds.map((id, n) => team(id, wanted(), n, n))
      assert.deepStrictEqual(yield* found(layer), all)
      yield* write(layer, ({ writeRoster }) => writeRoster(hostileIds.map((id) => ({ id, place: undefined }))))
      assert.deepStrictEqual(yield* found(layer), [])
    })
  )

  it.live("is as a map from team to place and counts would be, whatever is written", () =>
    Effect.gen(function* () {
      const layer = yield* fresh
      const ids = [1, "1", "a", "\u0000", "\ud800"]
      const Id = Schema.Literals(ids)
      const Few = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3 }))
      const Change = Schema.Struct({
        id: Id,
        place: Schema.Union([Schema.Undefined, Schema.Struct({ wanted: Schema.Boolean, generation: Few })])
      })
      const Count = Schema.Struct({ id: Id, messages: Few, props: Few })
      const Write = Schema.Union([Schema.Array(Change), Schema.Struct({ counts: Schema.Array(Count) })])
      const model = new Map<TeamId, StoredTeam>()
      const histories = yield* Arbitrary.sampleEffect(Arbitrary.schema(Schema.Array(Write)), { count: 40, seed: 7 })
      for (const history of histories) {
        yield* write(layer, ({ writeCounts, writeRoster }) =>
          Effect.forEach(
            history,
            (each) => {
              if (!("counts" in each)) {
                for (const { id } of each.filter(({ place }) => place === undefined)) model.delete(id)
                const last = new Map<TeamId, Place | undefined>()
                for (const { id, place } of each) {
                  last.delete(id)
                  last.set(id, place)
                }
                for (const [id, place] of last) {
                  const known = model.get(id)
                  if (place === undefined) continue
                  if (known?.wanted === place.wanted && known.generation === place.generation) continue
                  model.delete(id)
                  model.set(id, team(id, place, known?.messages, known?.props))
                }
                return writeRoster(each)
              }
              for (const { id, messages, props } of each.counts) {
                const known = model.get(id)
                if (known === undefined) continue
                const place = { wanted: known.wanted, generation: known.generation }
                model.set(id, team(id, place, Math.max(messages, known.messages), Math.max(props, known.props)))
              }
              return writeCounts(each.counts)
            },
            { discard: true }
          )
        )
        assert.deepStrictEqual(yield* found(layer), [...model.values()])
      }
    })
  )

  it.live("keeps thousands of teams that are written at once, in order", () =>
    Effect.gen(function* () {
      const layer = yield* fresh
      const ids = Array.from({ length: 12_345 }, (_, n) => (n % 2 === 0 ? n : `team ${n}`))
      yield* write(layer, ({ writeCounts, writeRoster }) =>
        Effect.gen(function* () {
          yield* writeRoster(ids.map((id) => placed(id)))
          yield* writeCounts(ids.map((id, n) => said(id, n, 1)))
        })
      )
      const stored = yield* found(layer)
      assert.deepStrictEqual(
        stored,
        ids.map((id, n) => team(id, wanted(), n, 1))
      )
    })
  )

  it.live("is had by one process at a time: who opens it while another has it fails, and harms nothing", () =>
    Effect.gen(function* () {
      const layer = yield* fresh
      yield* Effect.scoped(
        Effect.gen(function* () {
          const journal = yield* opened(layer)
          yield* journal.writeRoster([placed(1)])
          assert.strictEqual(yield* reasonOf(found(layer)), "in use")
          yield* journal.writeRoster([placed(2)])
          yield* journal.writeCounts([said(2, 2)])
        })
      )
      assert.deepStrictEqual(yield* found(layer), [team(1, wanted()), team(2, wanted(), 2)])
    })
  )

  it.live("refuses what is written by a fleet that has ended", () =>
    Effect.gen(function* () {
      const layer = yield* fresh
      const journal = yield* Effect.scoped(opened(layer))
      const late = Effect.andThen(journal.writeRoster([placed(1)]), journal.writeCounts([said(1, 1)]))
      assert.instanceOf(yield* Effect.flip(late), JournalFailed)
      assert.deepStrictEqual(yield* found(layer), [])
    })
  )
}
