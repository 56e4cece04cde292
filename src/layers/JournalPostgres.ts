import { hostname } from "node:os"
import { Effect, Layer, type Redacted } from "effect"
import { Journal, type JournalFailed } from "../services/Journal.ts"
import { backend } from "./journal/postgres/backend.ts"
import { openJournal } from "./journal/sqlJournal.ts"

/** Keeps roster and counters in a database of PostgreSQL, in tables whose names begin with `botswain_`. */
export const layer = ({ url }: { readonly url: Redacted.Redacted }): Layer.Layer<never, JournalFailed> =>
  Layer.effect(
    Journal,
    Effect.suspend(() => openJournal(backend(url), `${hostname()}:${process.pid}`))
  )
