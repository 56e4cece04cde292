import type { SettingsInput } from "botswain"
import type { MemoryOptions } from "botswain/rehearsal"
import { Effect, Layer, Random } from "effect"
import type { JournalMemory } from "../../src/rehearsal/memory/JournalMemory.ts"
import { type CountsOf, Journal, type RosterChange } from "../../src/services/Journal.ts"
import { during } from "../layers/journal.contract.ts"
import { fleetLayer } from "./fleet.ts"

/** Runs a fleet on a journal, on a platform of its own, from its start to its orderly end. */
export const fleetOn =
  (journal: JournalMemory, settings: Partial<SettingsInput> = {}, platform: MemoryOptions = {}) =>
  <A, E, R>(test: Effect.Effect<A, E, R>) =>
    test.pipe(
      Effect.provide(Layer.provideMerge(fleetLayer(settings, undefined, platform), Layer.fresh(journal.layer))),
      Random.withSeed("botswain")
    )

/** Writes what a fleet before may have left in a journal. */
export const leftBehind = (
  { layer }: JournalMemory,
  changes: ReadonlyArray<RosterChange>,
  counts: ReadonlyArray<CountsOf> = []
) =>
  during(
    layer,
    Effect.flatMap(Journal, (journal) => Effect.andThen(journal.writeRoster(changes), journal.writeCounts(counts)))
  )
