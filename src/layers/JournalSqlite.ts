import { Effect, Layer } from "effect"
import { Journal, type JournalFailed } from "../services/Journal.ts"
import { JournalArchive } from "../services/JournalArchive.ts"
import { JournalEditor } from "../services/JournalEditor.ts"

// Loaded only by who keeps a journal there: what speaks to a database is a tenth of a second of start, and megabytes.
const load = Effect.promise(() => import("./journal/sqlite/open.ts"))

/**
 * Keeps roster and counters in a file of SQLite, which is made if it does not exist. Another file lies beside it, `<file>-lock`,
 * by which one process at a time has it.
 */
export const layer = ({ file }: { readonly file: string }): Layer.Layer<never, JournalFailed> =>
  Layer.effect(
    Journal,
    Effect.flatMap(load, ({ journal }) => journal(file))
  )

/** Looks at a journal in a file, while a fleet may run on it. */
export const layerArchive = ({ file }: { readonly file: string }): Layer.Layer<JournalArchive, JournalFailed> =>
  Layer.effect(
    JournalArchive,
    Effect.flatMap(load, ({ archive }) => archive(file))
  )

/** Works on a journal in a file, while no fleet has it. `mayMake`: makes it where there is none. */
export const layerEditor = ({
  file,
  mayMake
}: {
  readonly file: string
  readonly mayMake: boolean
}): Layer.Layer<JournalEditor, JournalFailed> =>
  Layer.effect(
    JournalEditor,
    Effect.flatMap(load, ({ editor }) => editor(file, mayMake))
  )
