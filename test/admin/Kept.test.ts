import { assert, describe, it } from "@effect/vitest"
import { Kept } from "../../src/admin/Kept.ts"

/** Values that take so long to make, at a clock that only this moves. */
const making = (took: number, most = 2) => {
  const kept = new Kept<number>({ most, times: 20 })
  let now = 0
  let made = 0
  return {
    get: (key = "") =>
      kept.get(
        key,
        () => now,
        () => {
          now += took
          return ++made
        }
      ),
    pass: (millis: number) => (now += millis)
  }
}

describe("what is kept", () => {
  it("is what is costly, for so many times what it took", () => {
    const { get, pass } = making(10)
    assert.strictEqual(get(), 1)
    pass(199)
    assert.strictEqual(get(), 1)
    pass(1)
    assert.strictEqual(get(), 2)
  })

  it("is kept for a second at most", () => {
    const { get, pass } = making(500)
    get()
    pass(999)
    assert.strictEqual(get(), 1)
    pass(1)
    assert.strictEqual(get(), 2)
  })

  it("is nothing that takes no time", () => {
    const { get } = making(0)
    assert.deepStrictEqual([get(), get()], [1, 2])
  })

  it("is told apart by its key, and of many the newest", () => {
    const { get } = making(10)
    assert.deepStrictEqual([get("a"), get("b"), get("a"), get("c"), get("a")], [1, 2, 1, 3, 4])
  })
})
