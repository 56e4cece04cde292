import { assert, describe, it } from "@effect/vitest"
import { LoopLag } from "../../src/observe/LoopLag.ts"

const sampled = (max: number) => ({ p50: 1, p99: 2, max })

describe("the lag of the event loop", () => {
  it("is what was sampled, of the newest look", () => {
    const lag = new LoopLag(5_000, 0)
    lag.look(5_000, { p50: 1, p99: 7, max: 9 })
    assert.deepStrictEqual(lag.delays(5_001, 0), { p50: 1, p99: 7, max: 9 })
    lag.look(10_000, { p50: 2, p99: 3, max: 4 })
    assert.deepStrictEqual(lag.delays(10_001, 0), { p50: 2, p99: 3, max: 9 }, "the longest is kept")
  })

  it("has a block that no sample has seen: by how much the look is late, before and after it is taken", () => {
    const lag = new LoopLag(5_000, 0)
    lag.look(5_000, sampled(0))
    assert.strictEqual(lag.delays(13_000, 0).max, 3_000)
    lag.look(13_000, undefined)
    assert.strictEqual(lag.delays(13_000, 0).max, 3_000)
  })

  it("has the longest sample since the last look", () => {
    const lag = new LoopLag(5_000, 0)
    assert.strictEqual(lag.delays(3_000, 2_500).max, 2_500)
  })

  it("keeps the longest delay for a minute, and no longer", () => {
    const lag = new LoopLag(5_000, 0)
    lag.look(5_000, sampled(4_000))
    for (let look = 2; look <= 12; look++) {
      lag.look(look * 5_000, sampled(1))
      assert.strictEqual(lag.delays(look * 5_000, 0).max, 4_000, `after ${(look - 1) * 5} s`)
    }
    lag.look(65_000, sampled(1))
    assert.strictEqual(lag.delays(65_000, 0).max, 1)
  })
})
