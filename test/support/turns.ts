import { Effect } from "effect"

/** Lets what can go on without time passing go on, for so many turns of the scheduler. */
export const turns = Effect.fnUntraced(function* (count: number) {
  for (let turn = 0; turn < count; turn++) yield* Effect.yieldNow
})
