import { hostname } from "node:os"
import { Effect, Layer } from "effect"
import { Journal, type JournalFailed } from "../services/Journal.ts"
import { backend } from "./journal/sqlite/backend.ts"
import { openJournal } from "./journal/sqlJournal.ts"

/**
 * Keeps roster and counters in a file of SQLite, which is made if it does not exist. Another file lies beside it, `<file>-lock`,
 * by which one process at a time has it.
 */
export const layer = ({ file }: { readonly file: string }): Layer.Layer<never, JournalFailed> =>
  Layer.effect(
    Journal,
    Effect.suspend(() => openJournal(backend(file), `${hostname()}:${process.pid}`))
  )
