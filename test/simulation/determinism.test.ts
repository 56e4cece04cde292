import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { simulateSeed } from "../../src/main/simulatedFleet.ts"

const size = { teams: 20, minutes: 10 }

const traceOf = (seed: number) =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const outcome = yield* simulateSeed(seed, { ...size, trace: (line) => lines.push(line) })
    return { lines, outcome }
  })

describe("a seed is a whole simulation", () => {
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    it.live(`seed ${seed} is the same to the letter each time, and without a trace`, () =>
      Effect.gen(function* () {
        const first = yield* traceOf(seed)
        const second = yield* traceOf(seed)
        assert.isAbove(first.lines.length, 50)
        assert.deepStrictEqual(second.lines, first.lines)
        assert.deepStrictEqual(yield* simulateSeed(seed, size), first.outcome)
      })
    )
  }

  it.live("another seed is another simulation", () =>
    Effect.gen(function* () {
      const [one, other] = [yield* traceOf(1), yield* traceOf(2)]
      assert.notDeepEqual(one.lines.slice(1), other.lines.slice(1))
    })
  )
})
