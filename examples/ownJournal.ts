/**
 * A journal of one's own: a fleet that goes on after a restart, by whatever KeyValueStore the app has. All teams are written
 * as one value, which does for hundreds of them; for more there are `botswain/JournalSqlite` and `botswain/JournalPostgres`.
 */
import { Journal, JournalFailed, type StoredTeam, type TeamId } from "botswain"
import { Effect, Layer, Schema } from "effect"
import { KeyValueStore } from "effect/persistence"

const Stored = Schema.fromJsonString(
  Schema.Array(
    Schema.Struct({
      id: Schema.Union([Schema.Int, Schema.NonEmptyString]),
      wanted: Schema.Boolean,
      generation: Schema.Int,
      messages: Schema.Int,
      props: Schema.Int
    })
  )
)

const key = "botswain"

const failed = () => new JournalFailed({ reason: "away", detail: "the store of the app fails" })

/** Keeps roster and counters in the app's own store. */
export const journalKeyValue: Layer.Layer<never, JournalFailed, KeyValueStore.KeyValueStore> = Layer.effect(
  Journal,
  Effect.gen(function* () {
    const store = yield* KeyValueStore.KeyValueStore
    const read = Effect.flatMap(Effect.mapError(store.get(key), failed), (text) =>
      text === undefined
        ? Effect.succeed([])
        : Effect.mapError(
            Schema.decodeUnknownEffect(Stored)(text),
            () => new JournalFailed({ reason: "not a journal", detail: `${key} in the store of the app is not ours` })
          )
    )
    const before: ReadonlyArray<StoredTeam> = yield* read
    let teams: ReadonlyMap<TeamId, StoredTeam> = new Map(before.map((team) => [team.id, team]))

    /** Writes what the teams are to be; they are as they were where that fails. */
    const write = (next: Map<TeamId, StoredTeam>) =>
      Schema.encodeEffect(Stored)([...next.values()]).pipe(
        Effect.orDie,
        Effect.flatMap((text) => Effect.mapError(store.set(key, text), failed)),
        Effect.tap(() => Effect.sync(() => void (teams = next)))
      )

    return {
      kind: "custom",
      stored: Effect.succeed(before),
      writeRoster: (changes) => {
        const next = new Map(teams)
        for (const { id, place } of changes) {
          const known = next.get(id)
          // Taken out first: teams are given back in the order in which their places last changed.
          next.delete(id)
          if (place !== undefined) next.set(id, { messages: 0, props: 0, ...known, id, ...place })
        }
        return write(next)
      },
      writeCounts: (counts) => {
        const next = new Map(teams)
        for (const { id, messages, props } of counts) {
          const known = next.get(id)
          if (known === undefined) continue
          // Never back, whatever comes in which order.
          next.set(id, { ...known, messages: Math.max(known.messages, messages), props: Math.max(known.props, props) })
        }
        return write(next)
      }
    }
  })
)
