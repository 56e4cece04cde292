import { assert, describe, it } from "@effect/vitest"
import { memoryMeter } from "../../../src/bots/worker/memoryMeter.ts"

const mebibyte = 1024 * 1024

/** Makes buffers that nobody holds. */
const litter = (count: number) => {
  for (let n = 0; n < count; n++) Buffer.alloc(mebibyte, 1)
}

const used = () => {
  const { external, heapUsed } = process.memoryUsage()
  return heapUsed + external
}

describe("the memory of a bot", () => {
  it("is told as it is, where it is within the limit", () => {
    assert.approximately(memoryMeter(Infinity, () => 0)(), used(), 20 * mebibyte)
  })

  it("is told without garbage, where it is beyond the limit", () => {
    const measure = memoryMeter(1, () => 0)
    const least = measure()
    const held = Array.from({ length: 30 }, () => Buffer.alloc(mebibyte, 1))
    litter(20)
    assert.isAbove(measure(), least + 25 * mebibyte)
    assert.strictEqual(held.length, 30)
  })

  it("is measured anew only after a rest of nine times what the collection took", () => {
    let [now, reads] = [0, 0]
    // Each reading of the clock is a second later, so that a collection takes one.
    const measure = memoryMeter(1, () => {
      reads++
      return (now += 1000)
    })
    const first = measure()
    const held = Array.from({ length: 30 }, () => Buffer.alloc(mebibyte, 1))
    assert.strictEqual(measure(), first)
    now += 9000
    const before = reads
    assert.isAbove(measure(), first + 25 * mebibyte)
    assert.isAbove(reads - before, 1)
    assert.strictEqual(held.length, 30)
  })
})
