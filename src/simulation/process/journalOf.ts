import { Effect, Layer } from "effect"
import { Journal, type JournalFailed } from "../../services/Journal.ts"

/** What is done before a write to a journal, and after it, before its answer is read. */
export interface AroundWrites {
  readonly before: Effect.Effect<void>
  readonly after: Effect.Effect<void>
}

/** Journal of a process, with something done around each of its writes. */
export const journalOf = (
  journal: Layer.Layer<never, JournalFailed>,
  { after, before }: AroundWrites
): Layer.Layer<never, JournalFailed> =>
  Layer.effect(
    Journal,
    Effect.map(Journal, (inner) => {
      const around = (write: Effect.Effect<void, JournalFailed>) => Effect.andThen(before, Effect.andThen(write, after))
      return {
        ...inner,
        writeRoster: (changes) => around(inner.writeRoster(changes)),
        writeCounts: (counts) => around(inner.writeCounts(counts))
      }
    })
  ).pipe(Layer.provide(journal))
