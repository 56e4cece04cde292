import { Effect, Layer, Random } from "effect"
import { type JournalMemory, make } from "../../src/rehearsal/memory/JournalMemory.ts"
import { Journal } from "../../src/services/Journal.ts"
import type { TeamId } from "../../src/wire/TeamId.ts"
import { fleetLayer } from "./fleet.ts"

const keepTeams = (ids: ReadonlyArray<TeamId>) =>
  Effect.gen(function* () {
    const { writeCounts, writeRoster } = yield* Journal
    yield* writeRoster(ids.map((id) => ({ id, place: { wanted: true, generation: 3 } })))
    yield* writeCounts(ids.map((id) => ({ id, messages: 7, props: 2 })))
  })

/** Journal of a fleet that has ended with these teams wanted. */
export const journalWith = Effect.fnUntraced(function* (ids: ReadonlyArray<TeamId>) {
  const memory = yield* make
  yield* Effect.provide(keepTeams(ids), memory.layer)
  return memory
})

/** Runs a test with a fleet that was restarted on a journal with these teams, of which the platform knows nothing. */
export const restartedWith = <A, E, R>(
  ids: ReadonlyArray<TeamId>,
  test: (memory: JournalMemory) => Effect.Effect<A, E, R>
) =>
  Effect.gen(function* () {
    const memory = yield* journalWith(ids)
    return yield* Effect.provide(test(memory), fleetLayer().pipe(Layer.provide(memory.layer)))
  }).pipe(Random.withSeed("botswain"))
