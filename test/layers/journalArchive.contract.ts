import { assert, it } from "@effect/vitest"
import { Effect, Layer, Scope, Stream } from "effect"
import { Journal, type JournalFailed, type JournalKind } from "../../src/services/Journal.ts"
import { JournalArchive } from "../../src/services/JournalArchive.ts"
import { JournalEditor } from "../../src/services/JournalEditor.ts"
import { hostileIds } from "../support/hostileIds.ts"
import {
  departed,
  during,
  found,
  type JournalLayer,
  opened,
  placed,
  reasonOf,
  said,
  team,
  wanted
} from "./journal.contract.ts"

/** One journal, and the ways to it. */
export interface Store {
  readonly kind: JournalKind
  readonly layer: JournalLayer
  readonly archive: Layer.Layer<JournalArchive, JournalFailed>
  readonly editor: (mayMake: boolean) => Layer.Layer<JournalEditor, JournalFailed>
}

const summaryOf = ({ archive }: Store) =>
  JournalArchive.use(({ summary }) => summary).pipe(Effect.provide(Layer.fresh(archive)))

const pagesOf = ({ archive }: Store) =>
  JournalArchive.use(({ teams }) => Stream.runCollect(teams)).pipe(Effect.provide(Layer.fresh(archive)))

const edit = <A>(
  { editor }: Store,
  work: (editor: JournalEditor["Service"]) => Effect.Effect<A, JournalFailed>,
  mayMake = true
) => JournalEditor.use(work).pipe(Effect.provide(Layer.fresh(editor(mayMake))))

/** What every journal that can be looked at and worked on keeps to. `fresh` gives one that has not been made. */
export const archiveContract = (fresh: Effect.Effect<Store, never, Scope.Scope>): void => {
  it.live("is looked at while a fleet has it, and after", () =>
    Effect.gen(function* () {
      const store = yield* fresh
      const before = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      const whole = { kind: store.kind, schemaVersion: 1, wanted: 2, departed: 1 }
      yield* Effect.scoped(
        Effect.gen(function* () {
          const journal = yield* opened(store.layer)
          yield* journal.writeRoster([placed("a"), placed("b", departed()), placed("c")])
          const empty = { messages: 0, props: 0, flushedAt: undefined, epoch: 1, isHeld: true }
          assert.deepStrictEqual(yield* summaryOf(store), { ...whole, ...empty })
          yield* journal.writeCounts([said("a", 3, 1), said("b", 4, 2)])
          const { flushedAt, ...rest } = yield* summaryOf(store)
          assert.deepStrictEqual(rest, { ...whole, messages: 7, props: 3, epoch: 1, isHeld: true })
          assert.isAtLeast(flushedAt ?? 0, before)
          const all = [team("a", wanted(), 3, 1), team("b", departed(), 4, 2), team("c", wanted())]
          assert.deepStrictEqual(yield* pagesOf(store), [all])
          yield* journal.writeCounts([said("c", 1)])
        })
      )
      const { epoch, isHeld, messages } = yield* summaryOf(store)
      assert.deepStrictEqual({ epoch, isHeld, messages }, { epoch: 1, isHeld: false, messages: 8 })
    })
  )

  it.live("is read in pages, in the order in which places last changed", () =>
    Effect.gen(function* () {
      const store = yield* fresh
      const ids = Array.from({ length: 2_500 }, (_, n) => 2_500 - n)
      yield* during(
        store.layer,
        Effect.flatMap(Journal, ({ writeRoster }) => writeRoster(ids.map((id) => placed(id))))
      )
      const pages = yield* pagesOf(store)
      assert.deepStrictEqual(
        pages.flat().map(({ id }) => id),
        ids
      )
      for (const page of pages) assert.isAtMost(page.length, 1_000)
    })
  )

  it.live("is not made by who looks at it, or forgets a team", () =>
    Effect.gen(function* () {
      const store = yield* fresh
      for (let n = 0; n < 2; n++) {
        assert.include(["away", "not a journal"], yield* reasonOf(summaryOf(store)))
        assert.include(["away", "not a journal"], yield* reasonOf(edit(store, ({ forget }) => forget(1), false)))
      }
    })
  )

  it.live("is not worked on while a fleet has it, nor opened by a fleet while it is worked on", () =>
    Effect.gen(function* () {
      const store = yield* fresh
      const refused = Effect.all(
        [reasonOf(edit(store, ({ put }) => put([team(2, wanted())]))), reasonOf(found(store.layer))],
        { concurrency: 2 }
      )
      yield* Effect.scoped(
        Effect.gen(function* () {
          const journal = yield* opened(store.layer)
          yield* journal.writeRoster([placed(1)])
          assert.deepStrictEqual(yield* refused, ["in use", "in use"])
        })
      )
      yield* edit(store, () =>
        Effect.gen(function* () {
          assert.deepStrictEqual(yield* reasonOf(found(store.layer)), "in use")
          assert.isTrue((yield* summaryOf(store)).isHeld)
        })
      )
      assert.deepStrictEqual(yield* found(store.layer), [team(1, wanted())])
    })
  )

  it.live(
    "takes teams from elsewhere: of two places the one with the greater generation, of two counts the greater",
    () =>
      Effect.gen(function* () {
        const store = yield* fresh
        yield* edit(store, ({ put }) =>
          put([team("a", wanted(2), 5, 5), team("b", wanted(2)), team("c", departed(), 1), team("d", wanted(), 7)])
        )
        yield* edit(store, ({ put }) =>
          Effect.gen(function* () {
            yield* put([
              team("a", departed(1), 9, 1),
              team("c", departed(), 1),
              team("e", wanted()),
              team("b", departed(2))
            ])
            yield* put([team("f", wanted(1), 1, 9), team("f", departed(2), 2, 1), team("f", wanted(1), 1, 1)])
            yield* put([])
          })
        )
        assert.deepStrictEqual(yield* found(store.layer), [
          team("a", wanted(2), 9, 5),
          team("c", departed(), 1),
          team("d", wanted(), 7),
          team("e", wanted()),
          team("b", departed(2)),
          team("f", departed(2), 2, 9)
        ])
      })
  )

  it.live("gives what another takes, whatever the ids are", () =>
    Effect.gen(function* () {
      const [from, to] = [yield* fresh, yield* fresh]
      const all = hostileIds.map((id, n) => team(id, n % 2 === 0 ? wanted(n) : departed(n), n, 2 * n))
      yield* edit(from, ({ put }) => put(all))
      const pages = yield* pagesOf(from)
      yield* edit(to, ({ put }) => Effect.forEach(pages, put, { discard: true }))
      assert.deepStrictEqual(yield* found(to.layer), all)
      const forgotten = yield* edit(to, ({ forget }) => Effect.forEach([...hostileIds, "unknown"], forget))
      assert.deepStrictEqual(forgotten, [...hostileIds.map(() => true), false])
      assert.deepStrictEqual(yield* found(to.layer), [])
    })
  )
}
