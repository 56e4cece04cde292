import type { Layer, Redacted } from "effect"
import * as JournalPostgres from "../layers/JournalPostgres.ts"
import * as JournalSqlite from "../layers/JournalSqlite.ts"
import type { JournalFailed } from "../services/Journal.ts"
import type { JournalArchive } from "../services/JournalArchive.ts"
import type { JournalEditor } from "../services/JournalEditor.ts"

/** Store of a journal: a file of SQLite, or a database of PostgreSQL, whose URL is a secret. */
export type JournalStore =
  | { readonly kind: "sqlite"; readonly file: string }
  | { readonly kind: "postgres"; readonly url: Redacted.Redacted }

/** Journal of a fleet, kept in a store. What a store needs is loaded only with it. */
export const journalIn = (store: JournalStore): Layer.Layer<never, JournalFailed> =>
  store.kind === "sqlite" ? JournalSqlite.layer(store) : JournalPostgres.layer(store)

/** Journal in a store that is looked at, while a fleet may run on it. */
export const archiveIn = (store: JournalStore): Layer.Layer<JournalArchive, JournalFailed> =>
  store.kind === "sqlite" ? JournalSqlite.layerArchive(store) : JournalPostgres.layerArchive(store)

/** Journal in a store that is worked on, while no fleet has it. `mayMake`: made where there is none. */
export const editorIn = (store: JournalStore, mayMake: boolean): Layer.Layer<JournalEditor, JournalFailed> =>
  store.kind === "sqlite"
    ? JournalSqlite.layerEditor({ ...store, mayMake })
    : JournalPostgres.layerEditor({ ...store, mayMake })
