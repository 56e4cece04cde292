import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { Descriptors } from "../../src/services/Descriptors.ts"
import { handTable } from "../support/descriptors.ts"

/** Runs a test with a process that is allowed so many descriptors, of which so many are open at the start. */
const withTable = <A, E>(
  allowed: number | undefined,
  open: number | undefined,
  test: (descriptors: Descriptors["Service"], table: ReturnType<typeof handTable>["table"]) => Effect.Effect<A, E>
) => {
  const { provide, table } = handTable(allowed, open)
  return Effect.flatMap(Descriptors, (descriptors) => test(descriptors, table)).pipe(
    Effect.provide(Descriptors.layer),
    provide
  )
}

describe("the room for dials", () => {
  it.effect("is what is left of the limit beside what is kept back and what others have open", () =>
    withTable(120, 23, ({ capacity, room }) =>
      Effect.sync(() => {
        assert.strictEqual(capacity(), 90)
        assert.deepStrictEqual([room(0), room(60), room(90), room(95)], [90, 30, 0, 0])
      })
    )
  )

  it.effect("has no end where no limit is known, and nothing is lacking then", () =>
    withTable(undefined, undefined, ({ allowed, lack, open, room }) =>
      Effect.sync(() => {
        assert.strictEqual(room(1_000_000), Infinity)
        assert.deepStrictEqual([allowed(), open(), lack()], [undefined, undefined, undefined])
      })
    )
  )

  it.effect("is counted anew each two seconds near the limit, each thirty far from it, and not in between", () =>
    withTable(120, 23, ({ room }, table) =>
      Effect.gen(function* () {
        table.open = 23
        for (let calls = 0; calls < 100; calls++) room(10)
        yield* TestClock.adjust(29_999)
        room(10)
        assert.strictEqual(table.counts, 1)
        yield* TestClock.adjust(1)
        table.open = 33
        assert.strictEqual(room(10), 80)
        assert.strictEqual(table.counts, 2)
        for (let second = 0; second < 10; second++) {
          yield* TestClock.adjust(1_000)
          table.open = 113
          room(90)
        }
        assert.strictEqual(table.counts, 7)
      })
    )
  )

  it.effect("shrinks by what others open meanwhile, and grows again when they close it", () =>
    withTable(120, 23, ({ room }, table) =>
      Effect.gen(function* () {
        assert.strictEqual(room(80), 10)
        yield* TestClock.adjust(2_000)
        table.open = 23 + 80 + 5
        assert.strictEqual(room(80), 5)
        yield* TestClock.adjust(2_000)
        table.open = 23 + 80
        assert.strictEqual(room(80), 10)
      })
    )
  )

  it.effect("does not grow by dials that are in flight and have no descriptor yet", () =>
    withTable(120, 23, ({ room }, table) =>
      Effect.gen(function* () {
        room(85)
        yield* TestClock.adjust(2_000)
        table.open = 23 + 40
        assert.strictEqual(room(85), 5)
      })
    )
  )

  it.effect("grows within two seconds when the limit is raised while the process runs", () =>
    withTable(120, 23, ({ lack, room }, table) =>
      Effect.gen(function* () {
        assert.strictEqual(room(90), 0)
        assert.strictEqual(lack()?.what, "file descriptors")
        table.limit = 1_024
        table.open = 113
        yield* TestClock.adjust(2_000)
        assert.strictEqual(room(90), 1_024 - 64 - 23 - 90)
        assert.isUndefined(lack())
      })
    )
  )
})

describe("a dial that lacked something", () => {
  it.effect(
    "has the descriptors counted at once, and holds dials back for a second, and all but one for two more",
    () =>
      withTable(120, 23, ({ lack, ranOut, room }, table) =>
        Effect.gen(function* () {
          assert.strictEqual(room(10), 80)
          table.open = 100
          ranOut("EMFILE")
          assert.strictEqual(table.counts, 2)
          assert.strictEqual(lack()?.what, "file descriptors")
          table.open = 33
          const seen: Array<number> = []
          for (let second = 0; second < 4; second++) {
            seen.push(room(10))
            yield* TestClock.adjust(1_000)
          }
          assert.deepStrictEqual(seen, [0, 1, 1, 80])
          assert.isUndefined(lack())
        })
      )
  )

  it.effect("holds dials back where no limit is known, too", () =>
    withTable(undefined, undefined, ({ lack, ranOut, room }) =>
      Effect.gen(function* () {
        ranOut("ENOMEM")
        assert.strictEqual(room(10), 0)
        assert.strictEqual(lack()?.what, "memory")
        yield* TestClock.adjust(3_000)
        assert.strictEqual(room(10), Infinity)
        assert.isUndefined(lack())
      })
    )
  )

  it.effect("is told to observers, and so is a full process, until their Scope closes", () =>
    withTable(120, 23, ({ observe, ranOut, room }) =>
      Effect.gen(function* () {
        let told = 0
        yield* Effect.scoped(
          Effect.gen(function* () {
            yield* observe(() => void told++)
            room(89)
            assert.strictEqual(told, 0)
            room(90)
            assert.strictEqual(told, 1)
            ranOut("ENFILE")
            assert.strictEqual(told, 2)
          })
        )
        ranOut("ENFILE")
        assert.strictEqual(told, 2)
      })
    )
  )
})
