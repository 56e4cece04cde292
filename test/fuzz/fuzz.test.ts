import { assert, describe, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import { Draw } from "./Draw.ts"
import { frames } from "./frames.ts"
import { fuzz } from "./fuzz.ts"
import { fuzzer } from "./Fuzzer.ts"
import type { Kind } from "./Kind.ts"
import { optionsOf } from "./options.ts"

/** Lists of numbers; those with a seven are not the same. */
const sevens: Kind<ReadonlyArray<number>> = {
  name: "sevens",
  draw: (draw) => draw.list(30, () => draw.below(10)),
  check: (input) => Effect.succeed({ ours: input.includes(7), theirs: false, agreed: [] }),
  smaller: (input) => input.map((_, at) => input.toSpliced(at, 1)),
  bytes: (input) => input.length,
  show: (input) => input.join()
}

/** What is told of a run. */
const told = <A>(kind: Kind<A>) =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    // Of the clock nothing passes but what a seed takes.
    const slow = { ...kind, check: (input: A) => Effect.andThen(Effect.sleep(1), kind.check(input)) }
    const result = yield* fuzz([fuzzer(slow)], 1, 50, (line) => void lines.push(line))
    return { lines, result }
  })

describe("the fuzz command", () => {
  it.live("tells the smallest input that shows a difference, both sides, and the command that replays it", () =>
    Effect.gen(function* () {
      const { lines, result } = yield* told(sevens)
      assert.isAbove(result.differences, 0)
      const [heading, input, ours, theirs, replay] = lines[0]!.split("\n  ")
      const seed = Number(/^sevens, seed (\d+): not the same$/.exec(heading!)?.[1])
      assert.deepStrictEqual([input, ours, theirs], ["input: 7", "ours:  true", "ws:    false"])
      assert.strictEqual(replay, `replay: npm run fuzz -- --kind sevens --seed ${seed}`)
      assert.include(sevens.draw(new Draw(seed)), 7)
      assert.strictEqual(lines.at(-1), `${result.differences} not the same`)
    })
  )

  it.live("ends with the figures of each kind, and how often each agreed difference was seen", () =>
    Effect.gen(function* () {
      const { lines, result } = yield* told({
        ...sevens,
        check: () => Effect.succeed({ ours: 1, theirs: 1, agreed: [] })
      })
      assert.strictEqual(result.differences, 0)
      assert.match(lines[0]!, /^sevens: \d+ seeds, \d+\.\d MB, \d+ seeds and \d+\.\d MB a second$/)
      assert.strictEqual(lines[1], "agreed, seen 0 times: fragments close with 1009")
      assert.strictEqual(lines.at(-1), "no difference")
    })
  )

  it.live("takes what throws for a difference", () =>
    Effect.gen(function* () {
      const { difference } = yield* fuzzer({ ...sevens, check: () => Effect.die("bug") }).run(1)
      assert.include(difference!.join(), "bug")
    })
  )

  it("draws the same of a seed each time, and something else of the next", () => {
    const shown = (seed: number) => frames.show(frames.draw(new Draw(seed)))
    assert.strictEqual(shown(1), shown(1))
    assert.notStrictEqual(shown(1), shown(2))
  })

  for (const [args, message] of [
    [["--minutes", "0"], "--minutes is a number over 0, at most 10000"],
    [["--minutes", "soon"], "--minutes is a number over 0, at most 10000"],
    [["--from", "1.5"], "--from is a whole number, at most 2147483648"],
    [["--seed", "1"], "--seed needs the --kind that it is of"],
    [["--kind", "bits"], "--kind is one of frames, sevens"],
    [["--hours", "1"], "--hours is not understood: --minutes N, --kind NAME, --from SEED, --seed SEED"],
    [["10"], "10 is not understood: --minutes N, --kind NAME, --from SEED, --seed SEED"],
    [["--minutes"], "--minutes <value> is not understood: --minutes N, --kind NAME, --from SEED, --seed SEED"]
  ] as const) {
    it(`says in one line what is wrong with ${args.join(" ")}`, () => {
      const options = optionsOf(args, ["frames", "sevens"])
      assert.strictEqual(Result.isFailure(options) && options.failure.message, message)
    })
  }

  it("runs for a minute, from any seed, unless it is told otherwise", () => {
    const all = { kind: undefined, minutes: 1, from: undefined, seed: undefined }
    assert.deepStrictEqual(optionsOf([], ["frames"]), Result.succeed(all))
    assert.deepStrictEqual(
      optionsOf(["--kind", "frames", "--seed", "7", "--minutes", "0.5"], ["frames"]),
      Result.succeed({ ...all, kind: "frames", seed: 7, minutes: 0.5 })
    )
  })
})
