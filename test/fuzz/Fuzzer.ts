import { isDeepStrictEqual } from "node:util"
import { Cause, Effect } from "effect"
import type { Agreed } from "./agreed.ts"
import { Draw } from "./Draw.ts"
import type { Kind, Verdict } from "./Kind.ts"

/** What came of a seed. */
export interface Outcome {
  readonly bytes: number
  readonly agreed: ReadonlyArray<Agreed>
  /** Lines that tell a difference: the smallest input that shows it, and both sides. */
  readonly difference: ReadonlyArray<string> | undefined
}

/** Runs a kind of input, whatever it is. */
export interface Fuzzer<R = never> {
  readonly kind: string
  readonly run: (seed: number) => Effect.Effect<Outcome, never, R>
}

/** Inputs that are tried to make one smaller that shows a difference. */
const mostTries = 400

/** Longest line that is shown. */
const longest = 2000

const shown = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}… (${text.length})` : text)

export const fuzzer = <Input, R>(kind: Kind<Input, R>): Fuzzer<R> => {
  const check = (input: Input): Effect.Effect<Verdict, never, R> =>
    kind.check(input).pipe(
      Effect.timeout("10 seconds"),
      // What hangs or throws is a difference too.
      Effect.catchCause((cause) => Effect.succeed({ ours: Cause.pretty(cause), theirs: undefined, agreed: [] }))
    )
  const differ = ({ ours, theirs }: Verdict) => !isDeepStrictEqual(ours, theirs)

  const shrink = Effect.fnUntraced(function* (input: Input, verdict: Verdict) {
    let smallest = { input, verdict }
    let tries = 0
    for (let candidates = [...kind.smaller(input)]; candidates.length > 0 && tries < mostTries; tries++) {
      const candidate = candidates.shift()!
      const found = yield* check(candidate)
      if (!differ(found)) continue
      smallest = { input: candidate, verdict: found }
      candidates = [...kind.smaller(candidate)]
    }
    return smallest
  })

  return {
    kind: kind.name,
    run: Effect.fnUntraced(function* (seed) {
      const drawn = kind.draw(new Draw(seed))
      const bytes = kind.bytes(drawn)
      const first = yield* check(drawn)
      if (!differ(first)) return { bytes, agreed: first.agreed, difference: undefined }
      const { input, verdict } = yield* shrink(drawn, first)
      const difference = [
        `input: ${kind.show(input)}`,
        `ours:  ${JSON.stringify(verdict.ours)}`,
        `ws:    ${JSON.stringify(verdict.theirs)}`
      ]
      return { bytes, agreed: first.agreed, difference: difference.map(shown) }
    })
  }
}
