import { PassThrough } from "node:stream"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { RawLines } from "../../src/bots/RawLines.ts"

const turn = () => new Promise((resolve) => setImmediate(resolve))

const start = () => {
  const stream = new PassThrough()
  const told: Array<string> = []
  return { stream, told, raw: new RawLines(stream, (line) => told.push(line)) }
}

describe("raw lines", () => {
  it("are told as they come, and the last one at the end", async () => {
    const { stream, told } = start()
    stream.end("one\ntwo\nthree")
    await turn()
    assert.deepStrictEqual(told, ["one", "two", "three"])
  })

  it("are read no faster than the looks allow", async () => {
    const { raw, stream, told } = start()
    for (let n = 0; n < 10; n++) stream.write(`${"x".repeat(4000)}\n`.repeat(16))
    await turn()
    assert.isBelow(told.length, 40)
    assert.isTrue(stream.isPaused())
    raw.look()
    await turn()
    assert.isAbove(told.length, 20)
    assert.isTrue(stream.isPaused())
  })

  it("are left out beyond a number, and counted", async () => {
    const { raw, stream, told } = start()
    stream.write("x\n".repeat(1000))
    await turn()
    assert.strictEqual(told.length, 250)
    raw.look()
    assert.strictEqual(told.at(-1), "750 lines of the bot were left out")
  })

  it("are told of a bot that is gone, as far as one more look allows, and the stream is let go of", async () => {
    const { raw, stream, told } = start()
    for (let n = 0; n < 10; n++) stream.write(`${"x".repeat(4000)}\n`.repeat(16))
    await turn()
    const before = told.length
    assert.isTrue(stream.isPaused())
    await Effect.runPromise(raw.end)
    await turn()
    assert.isAbove(told.length, before + 10)
    assert.isBelow(told.length, 80)
    assert.strictEqual(told.at(-1), "what else the bot printed was left out")
    assert.isTrue(stream.destroyed)
  })

  it("are told of a bot that is gone to its last word, and a stream that others still hold is let go of too", async () => {
    const { raw, stream, told } = start()
    stream.write("one\n")
    await turn()
    stream.write("x\n".repeat(1000))
    stream.write("last word")
    await Effect.runPromise(raw.end)
    await turn()
    assert.deepStrictEqual(told.slice(0, 2), ["one", "x"])
    assert.deepStrictEqual(told.slice(-3), ["x", "751 lines of the bot were left out", "last word"])
    assert.isTrue(stream.destroyed)
  })

  it("are told once of a stream that has ended by itself", async () => {
    const { raw, stream, told } = start()
    stream.end("one\ntwo")
    await Effect.runPromise(raw.end)
    await turn()
    assert.deepStrictEqual(told, ["one", "two"])
  })
})
