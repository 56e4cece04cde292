import { assert, describe, it } from "@effect/vitest"
import { makeSignalOrder } from "../../src/cli/signalOrder.ts"

describe("a signal", () => {
  it("is an echo of the first within 300 ms, however many there are: npm passes on what the terminal sent to all", () => {
    const orderOf = makeSignalOrder()
    assert.deepStrictEqual([10_000, 10_000, 10_001, 10_299].map(orderOf), ["first", "echo", "echo", "echo"])
  })

  it("after that asks once more", () => {
    const orderOf = makeSignalOrder()
    assert.deepStrictEqual([0, 300, 301].map(orderOf), ["first", "again", "again"])
  })
})
