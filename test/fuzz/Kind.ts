import type { Effect } from "effect"
import type { Agreed } from "./agreed.ts"
import type { Draw } from "./Draw.ts"

/** What came of one input, on both sides, once agreed differences are taken out of it. */
export interface Verdict {
  readonly ours: unknown
  readonly theirs: unknown
  /** Agreed differences that have been seen. */
  readonly agreed: ReadonlyArray<Agreed>
}

/** A kind of input that is fuzzed. `R`: what its check needs. */
export interface Kind<Input, R = never> {
  readonly name: string
  readonly draw: (draw: Draw) => Input
  readonly check: (input: Input) => Effect.Effect<Verdict, never, R>
  /** Inputs with a part less. */
  readonly smaller: (input: Input) => ReadonlyArray<Input>
  readonly bytes: (input: Input) => number
  /** Tells the input, on one line. */
  readonly show: (input: Input) => string
}
