import { Duration, Effect, Option } from "effect"
import { Rehearsal } from "../../rehearsal/Rehearsal.ts"
import type { RehearsalState } from "../../rehearsal/RehearsalState.ts"
import { span } from "../terminal/format.ts"
import { Narrator } from "./Narrator.ts"

/** Time that the demo waits for Botswain to heal something, before it says that it did not and goes on. */
export const healTimeout = Duration.seconds(10)

/** Waits for a state of the server, and tells how long that took, or that it did not come. */
export const awaitOutcome = (
  predicate: (state: RehearsalState) => boolean,
  tell: { readonly good: (after: string) => string; readonly bad: string }
): Effect.Effect<void, never, Rehearsal | Narrator> =>
  Effect.gen(function* () {
    const rehearsal = yield* Rehearsal
    const narrator = yield* Narrator
    const done = yield* Effect.timeoutOption(Effect.timed(rehearsal.awaitState(predicate)), healTimeout)
    yield* Option.match(done, {
      onSome: ([took]) => narrator.outcome(true, tell.good(span(Duration.toMillis(took)))),
      onNone: () => narrator.outcome(false, `${tell.bad} after ${Duration.format(healTimeout)}`)
    })
  })
