import { closeSync, openSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as DescriptorTableProc from "../../src/layers/DescriptorTableProc.ts"
import { DescriptorTable } from "../../src/services/descriptors/DescriptorTable.ts"

const open = (count: number) =>
  Effect.acquireRelease(
    Effect.sync(() => Array.from({ length: count }, () => openSync(import.meta.filename, "r"))),
    (descriptors) => Effect.sync(() => descriptors.forEach(closeSync))
  )

describe("the descriptor table of this process", () => {
  if (process.platform === "linux") {
    it.effect("counts what is open, and what is closed no more", () =>
      Effect.gen(function* () {
        const { count } = yield* DescriptorTable
        const before = count()
        assert.isAtLeast(before ?? 0, 3)
        yield* Effect.scoped(
          Effect.gen(function* () {
            yield* open(20)
            // Others of this process may open and close one meanwhile.
            assert.approximately((count() ?? 0) - (before ?? 0), 20, 8)
          })
        )
        assert.approximately((count() ?? 0) - (before ?? 0), 0, 8)
      }).pipe(Effect.provide(DescriptorTableProc.layer))
    )

    it.effect("knows the limit", () =>
      Effect.gen(function* () {
        const { count, limit } = yield* DescriptorTable
        assert.isAbove(limit() ?? 0, count() ?? Infinity)
      }).pipe(Effect.provide(DescriptorTableProc.layer))
    )
  } else {
    it.effect("is not known here", () =>
      Effect.gen(function* () {
        const { count, limit } = yield* DescriptorTable
        assert.deepStrictEqual([limit(), count()], [undefined, undefined])
      }).pipe(Effect.provide(DescriptorTableProc.layer))
    )
  }
})
