import { assert, describe, it } from "@effect/vitest"
import { Lines } from "../../src/bots/Lines.ts"

describe("lines", () => {
  it("are whole, however the text was cut", () => {
    const lines = new Lines(100)
    assert.deepStrictEqual(lines.push("on"), [])
    assert.deepStrictEqual(lines.push("e\ntwo\n\nthr"), ["one", "two", ""])
    assert.deepStrictEqual(lines.push("ee"), [])
    assert.deepStrictEqual(lines.end(), ["three"])
    assert.deepStrictEqual(lines.end(), [])
  })

  it("come in pieces where they are too long, and hold no more than that back", () => {
    const lines = new Lines(4)
    assert.deepStrictEqual(lines.push("abcdefghij\nk\n"), ["abcd", "efgh", "ij", "k"])
    assert.deepStrictEqual(lines.push("abcde"), ["abcd", "e"])
    assert.deepStrictEqual(lines.end(), [])
  })
})
