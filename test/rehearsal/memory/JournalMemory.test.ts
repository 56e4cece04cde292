import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { make } from "../../../src/rehearsal/memory/JournalMemory.ts"
import { contract, found, opened, placed, reasonOf, said, team, wanted } from "../../layers/journal.contract.ts"
import { turns } from "../../support/turns.ts"

describe("a journal in memory", () => {
  contract(Effect.map(make, ({ layer }) => layer))

  it.effect("fails as it is told to, changes nothing meanwhile, and is whole again", () =>
    Effect.gen(function* () {
      const memory = yield* make
      const journal = yield* opened(memory.layer)
      yield* memory.fault({ _tag: "Fails", reason: "full" })
      assert.strictEqual(yield* reasonOf(journal.writeRoster([placed(1)])), "full")
      assert.strictEqual(yield* reasonOf(journal.writeCounts([said(1, 1)])), "full")
      assert.deepStrictEqual(memory.teams(), [])
      yield* memory.fault(undefined)
      yield* journal.writeRoster([placed(1)])
      assert.deepStrictEqual(memory.teams(), [team(1, wanted())])
    }).pipe(Effect.scoped)
  )

  it.effect("that hangs is away after 5 seconds, at its opening too, and nothing is written later", () =>
    Effect.gen(function* () {
      const memory = yield* make
      const journal = yield* opened(memory.layer)
      yield* memory.fault({ _tag: "Hangs" })
      const write = yield* Effect.forkChild(reasonOf(journal.writeRoster([placed(1)])), { startImmediately: true })
      const start = yield* Effect.forkChild(reasonOf(found(memory.layer)), { startImmediately: true })
      yield* TestClock.adjust("4999 millis")
      assert.isUndefined(write.pollUnsafe())
      yield* TestClock.adjust("1 millis")
      assert.strictEqual(yield* Fiber.join(write), "away")
      assert.strictEqual(yield* Fiber.join(start), "away")
      yield* memory.fault(undefined)
      assert.deepStrictEqual(memory.teams(), [])
    }).pipe(Effect.scoped)
  )

  it.effect("that hangs for less carries on", () =>
    Effect.gen(function* () {
      const memory = yield* make
      const journal = yield* opened(memory.layer)
      yield* memory.fault({ _tag: "Hangs" })
      const write = yield* Effect.forkChild(journal.writeRoster([placed(1)]), { startImmediately: true })
      yield* TestClock.adjust("2 seconds")
      yield* memory.fault(undefined)
      yield* Fiber.join(write)
      assert.deepStrictEqual(memory.teams(), [team(1, wanted())])
    }).pipe(Effect.scoped)
  )

  it.effect("that is slow writes in the middle of the time that it takes", () =>
    Effect.gen(function* () {
      const memory = yield* make
      const journal = yield* opened(memory.layer)
      yield* memory.fault({ _tag: "Slow", by: "2 seconds" })
      const write = yield* Effect.forkChild(journal.writeRoster([placed(1)]), { startImmediately: true })
      yield* TestClock.adjust("999 millis")
      assert.deepStrictEqual(memory.teams(), [])
      yield* TestClock.adjust("1 millis")
      yield* turns(5)
      assert.deepStrictEqual(memory.teams(), [team(1, wanted())])
      assert.isUndefined(write.pollUnsafe())
      yield* TestClock.adjust("1 seconds")
      yield* Fiber.join(write)
    }).pipe(Effect.scoped)
  )

  it.effect("that loses its answers has written what seems to have failed", () =>
    Effect.gen(function* () {
      const memory = yield* make
      const journal = yield* opened(memory.layer)
      yield* memory.fault({ _tag: "LosesAnswers" })
      assert.strictEqual(yield* reasonOf(journal.writeRoster([placed(1)])), "away")
      assert.deepStrictEqual(memory.teams(), [team(1, wanted())])
      // Who could not be told that it has the journal does not have it.
      yield* memory.seize
      assert.strictEqual(yield* reasonOf(found(memory.layer)), "away")
      yield* memory.fault(undefined)
      assert.deepStrictEqual(yield* found(memory.layer), [team(1, wanted())])
    }).pipe(Effect.scoped)
  )

  it.effect("that is seized refuses whoever had it, and is free for the next", () =>
    Effect.gen(function* () {
      const memory = yield* make
      const old = yield* opened(memory.layer)
      yield* old.writeRoster([placed(1)])
      yield* memory.seize
      const young = yield* opened(memory.layer)
      assert.strictEqual(yield* reasonOf(old.writeRoster([placed(2)])), "taken over")
      assert.strictEqual(yield* reasonOf(old.writeCounts([said(1, 9)])), "taken over")
      yield* young.writeCounts([said(1, 3)])
      assert.deepStrictEqual(memory.teams(), [team(1, wanted(), 3)])
      assert.deepStrictEqual(memory.writes(), { roster: 1, counts: 1 })
    }).pipe(Effect.scoped)
  )
})
