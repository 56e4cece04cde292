import { assert, describe, it } from "@effect/vitest"
import { excerpt } from "../../src/bots/excerpt.ts"

describe("an excerpt of what a bot threw", () => {
  it("is its first line, short, and without control characters", () => {
    assert.strictEqual(excerpt(new Error("one\ntwo")), "one")
    assert.strictEqual(excerpt("\x1b[2Jwiped"), " [2Jwiped")
    assert.strictEqual(excerpt(new Error("x".repeat(1000))).length, 200)
  })

  it("is there whatever was thrown: the fleet's own process reads it", () => {
    const evil = {
      toString: () => {
        throw new Error("no text")
      }
    }
    const thrown: ReadonlyArray<readonly [error: unknown, text: string]> = [
      [undefined, "undefined"],
      [Symbol("s"), "Symbol(s)"],
      [Object.assign(new Error("x"), { message: 5 }), "5"],
      [Object.assign(new Error("x"), { message: evil }), "an error that has no text"],
      [Object.create(null), "an error that has no text"],
      [evil, "an error that has no text"]
    ]
    for (const [error, text] of thrown) assert.strictEqual(excerpt(error), text)
  })
})
