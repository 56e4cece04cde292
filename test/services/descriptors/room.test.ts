import { assert, describe, it } from "@effect/vitest"
import { adminConnections, capacityOf, countLasts, keptBack } from "../../../src/services/descriptors/room.ts"

describe("what is kept back", () => {
  it("is a sixteenth of the limit, at least six descriptors and at most 512", () => {
    assert.deepStrictEqual([20, 96, 120, 1_024, 8_192, 1_048_576].map(keptBack), [6, 6, 7, 64, 512, 512])
  })

  it("has room for the admin surface's connections, and as much again for all else", () => {
    assert.deepStrictEqual([20, 120, 1_024, 8_192].map(adminConnections), [3, 3, 32, 256])
    for (const allowed of [20, 120, 1_024, 8_192, 1_048_576]) {
      assert.isAtMost(2 * adminConnections(allowed), keptBack(allowed))
    }
  })

  it("bounds the admin surface where no limit is known, too", () => {
    assert.strictEqual(adminConnections(undefined), 256)
  })
})

describe("the capacity of a limit", () => {
  it("is what is neither kept back nor open for anything else", () => {
    assert.strictEqual(capacityOf(120, 23), 90)
    assert.strictEqual(capacityOf(1_024, 24), 936)
  })

  it("is none where all is taken, and never less", () => {
    assert.strictEqual(capacityOf(120, 113), 0)
    assert.strictEqual(capacityOf(20, 23), 0)
  })

  it("has no end where no limit is known", () => {
    assert.strictEqual(capacityOf(undefined, 23), Infinity)
  })
})

describe("a count", () => {
  it("lasts for two seconds near the limit, and for thirty far from it", () => {
    assert.deepStrictEqual(
      [0, 14, 15, 90].map((room) => countLasts(room, 120)),
      [2_000, 2_000, 30_000, 30_000]
    )
  })

  it("lasts for two seconds where there is no room at all, however low the limit", () => {
    assert.deepStrictEqual([countLasts(0, 0), countLasts(0, 4)], [2_000, 2_000])
  })

  it("lasts for thirty seconds where no limit is known", () => {
    assert.strictEqual(countLasts(Infinity, undefined), 30_000)
  })
})
