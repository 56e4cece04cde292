import { assert, describe, it } from "@effect/vitest"
import { Guesses } from "../../src/admin/Guesses.ts"

/** Charges a client so many times at once, and gives the waits. */
const charge = (guesses: Guesses, times: number, now: number, client = "192.0.2.1") =>
  Array.from({ length: times }, () => guesses.charge(client, now))

describe("guesses of the token", () => {
  it("are ten at once, then one a second, and none where five wait", () => {
    const waits = charge(new Guesses(), 17, 0)
    assert.deepStrictEqual(
      waits.slice(0, 10),
      Array.from({ length: 10 }, () => 0)
    )
    assert.deepStrictEqual(waits.slice(10), [1_000, 2_000, 3_000, 4_000, 5_000, undefined, undefined])
  })

  it("are one a second for ever, for who goes on", () => {
    const guesses = new Guesses()
    charge(guesses, 15, 0)
    for (let second = 1; second < 100; second++) {
      assert.deepStrictEqual(charge(guesses, 2, second * 1_000), [5_000, undefined])
    }
  })

  it("are forgiven with time", () => {
    const guesses = new Guesses()
    charge(guesses, 15, 0)
    assert.deepStrictEqual(new Set(charge(guesses, 10, 15_000)), new Set([0]))
  })

  it("cost nothing where they were right", () => {
    const guesses = new Guesses()
    for (let count = 0; count < 100; count++) {
      assert.strictEqual(guesses.charge("192.0.2.1", 0), 0)
      guesses.refund("192.0.2.1")
    }
  })

  it("of one client slow no other, and a great many clients take no more memory than some", () => {
    const guesses = new Guesses()
    charge(guesses, 16, 0)
    assert.strictEqual(guesses.charge("192.0.2.2", 0), 0)
    assert.isUndefined(guesses.charge("192.0.2.1", 0))
    for (let count = 0; count < 2_000; count++) guesses.charge(`client ${count}`, 0)
    assert.strictEqual(guesses.charge("192.0.2.1", 0), 0, "it is forgotten")
  })
})
