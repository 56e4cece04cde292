import { Duration, Effect, Option } from "effect"
import { Rehearsal } from "../../rehearsal/Rehearsal.ts"
import type { RehearsalState } from "../../rehearsal/RehearsalState.ts"
import { span } from "../terminal/format.ts"
import { Narrator } from "./Narrator.ts"

/** How long the story waits for Botswain to heal something, before it says so and goes on. */
export const patience = Duration.seconds(10)

/** Waits until the server sees it so, and tells what came of it: in how long, or that it did not. */
export const awaitOutcome = (
  predicate: (state: RehearsalState) => boolean,
  tell: { readonly well: (after: string) => string; readonly ill: string }
): Effect.Effect<void, never, Rehearsal | Narrator> =>
  Effect.gen(function* () {
    const rehearsal = yield* Rehearsal
    const narrator = yield* Narrator
    const done = yield* Effect.timeoutOption(Effect.timed(rehearsal.awaitState(predicate)), patience)
    yield* Option.match(done, {
      onSome: ([took]) => narrator.outcome(true, tell.well(span(Duration.toMillis(took)))),
      onNone: () => narrator.outcome(false, `${tell.ill} after ${Duration.format(patience)}`)
    })
  })
