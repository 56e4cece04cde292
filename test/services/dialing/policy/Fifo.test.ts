import { assert, describe, it } from "@effect/vitest"
import { Fifo } from "../../../../src/services/dialing/policy/Fifo.ts"

describe("a queue", () => {
  it("gives what came first, and nothing when it is empty", () => {
    const queue = new Fifo<string>()
    assert.isUndefined(queue.peek())
    assert.isUndefined(queue.shift())
    for (const item of ["a", "b", "c"]) queue.push(item)
    assert.deepStrictEqual([queue.peek(), queue.shift(), queue.shift(), queue.size], ["a", "a", "b", 1])
    assert.deepStrictEqual([...queue], ["c"])
  })

  it("keeps the order and the count over thousands that come and go", () => {
    const queue = new Fifo<number>()
    const taken: Array<number | undefined> = []
    for (let item = 0; item < 5_000; item++) {
      queue.push(item)
      if (item % 3 > 0) taken.push(queue.shift())
      assert.strictEqual(queue.size, item + 1 - taken.length)
    }
    while (queue.size > 0) taken.push(queue.shift())
    assert.deepStrictEqual(
      taken,
      Array.from({ length: 5_000 }, (_, item) => item)
    )
  })
})
