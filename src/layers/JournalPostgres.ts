import { Effect, Layer, type Redacted } from "effect"
import { Journal, type JournalFailed } from "../services/Journal.ts"
import { JournalArchive } from "../services/JournalArchive.ts"
import { JournalEditor } from "../services/JournalEditor.ts"

// Loaded only by who keeps a journal there: what speaks to a database is a tenth of a second of start, and megabytes.
const load = Effect.promise(() => import("./journal/postgres/open.ts"))

/** Keeps roster and counters in a database of PostgreSQL, in tables whose names begin with `botswain_`. */
export const layer = ({ url }: { readonly url: Redacted.Redacted }): Layer.Layer<never, JournalFailed> =>
  Layer.effect(
    Journal,
    Effect.flatMap(load, ({ journal }) => journal(url))
  )

/** Looks at a journal in a database, while a fleet may run on it. */
export const layerArchive = ({
  url
}: {
  readonly url: Redacted.Redacted
}): Layer.Layer<JournalArchive, JournalFailed> =>
  Layer.effect(
    JournalArchive,
    Effect.flatMap(load, ({ archive }) => archive(url))
  )

/** Works on a journal in a database, while no fleet has it. `mayMake`: makes it where there is none. */
export const layerEditor = ({
  url,
  mayMake
}: {
  readonly url: Redacted.Redacted
  readonly mayMake: boolean
}): Layer.Layer<JournalEditor, JournalFailed> =>
  Layer.effect(
    JournalEditor,
    Effect.flatMap(load, ({ editor }) => editor(url, mayMake))
  )
