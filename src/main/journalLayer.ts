import { Effect, Layer, type Redacted } from "effect"
import type { JournalFailed } from "../services/Journal.ts"

/** Store of a journal: a file of SQLite, or a database of PostgreSQL, whose URL is a secret. */
export type JournalStore =
  | { readonly kind: "sqlite"; readonly file: string }
  | { readonly kind: "postgres"; readonly url: Redacted.Redacted }

/** Journal of a fleet, kept in a store. What a store needs is loaded only with it. */
export const journalLayer = (store: JournalStore): Layer.Layer<never, JournalFailed> =>
  Layer.unwrap(
    store.kind === "sqlite"
      ? Effect.map(
          Effect.promise(() => import("../layers/JournalSqlite.ts")),
          ({ layer }) => layer(store)
        )
      : Effect.map(
          Effect.promise(() => import("../layers/JournalPostgres.ts")),
          ({ layer }) => layer(store)
        )
  )
