import { assert, describe, it } from "@effect/vitest"
import { poolSizeWithin, threadPoolSize } from "../../src/node/threadPool.ts"

describe("threadPoolSize", () => {
  it("reads the variable as libuv does", () => {
    assert.deepStrictEqual(
      ["256", "12 threads", "0", "", "many", "-3", "5000"].map((size) => threadPoolSize(size)),
      [256, 12, 1, 1, 1, 1024, 1024]
    )
  })
})

describe("poolSizeWithin", () => {
  it("asks for 256 threads, and for a quarter of a limit that is low, since libuv aborts where it gets none", () => {
    assert.deepStrictEqual(
      [Infinity, 4096, 1024, 100, 10, 1].map((limit) => poolSizeWithin(limit)),
      [256, 256, 256, 25, 4, 4]
    )
  })
})
