import { assert, describe, it } from "@effect/vitest"
import { LogSampler, mostKinds } from "../../src/services/LogSampler.ts"

/** Counts how many lines of a kind are let through, of so many at one time. */
const letThrough = (sampler: LogSampler, kind: string, now: number, lines: number) =>
  Array.from({ length: lines }, () => sampler.count(kind, now).leftOut === 0).filter(Boolean).length

describe("a sampler of log lines", () => {
  it("lets through so many of a kind in a window, which begins with the first of them", () => {
    const sampler = new LogSampler({ lines: 3, length: 1_000 })
    assert.deepStrictEqual([letThrough(sampler, "a", 500, 2), letThrough(sampler, "a", 1_499, 1)], [2, 1])
    assert.strictEqual(letThrough(sampler, "a", 1_500, 5), 3, "the next window")
    assert.strictEqual(letThrough(sampler, "b", 1_500, 5), 3, "another kind")
  })

  it("says how many were left out, and keeps a window until that is told", () => {
    const sampler = new LogSampler({ lines: 1, length: 1_000 })
    letThrough(sampler, "a", 0, 5)
    assert.deepStrictEqual([sampler.isOver("a", 999), sampler.isOver("a", 1_000)], [false, true])
    assert.strictEqual(letThrough(sampler, "a", 1_000, 1), 0)
    assert.deepStrictEqual([sampler.end("a"), sampler.end("a")], [5, 0])
    assert.strictEqual(letThrough(sampler, "a", 1_000, 1), 1)
  })

  it("has room for so many kinds, and one window for all further ones", () => {
    const sampler = new LogSampler({ lines: 1, length: 1_000 })
    for (let kind = 0; kind < mostKinds; kind++) assert.strictEqual(letThrough(sampler, `kind ${kind}`, 0, 2), 1)
    const others = Array.from({ length: 1_000 }, (_, kind) => letThrough(sampler, `another ${kind}`, 0, 1))
    assert.strictEqual(
      others.reduce((sum, lines) => sum + lines, 0),
      1
    )
    assert.strictEqual(sampler.end("any of them"), 999)
    assert.strictEqual(sampler.end("kind 0"), 1)
  })
})
