import { Effect, References } from "effect"

/** Lets what can go on without time passing go on, for so many turns of the scheduler. */
export const turns = Effect.fnUntraced(function* (count: number) {
  for (let turn = 0; turn < count; turn++) yield* Effect.yieldNow
})

/**
 * Has the runtime stop after each step of an effect, as it otherwise does only after thousands: so that an interruption
 * can be tried at every point of it.
 */
export const stepByStep: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> = Effect.provideService(
  References.MaxOpsBeforeYield,
  3
)
