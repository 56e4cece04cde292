import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Effect, Redacted } from "effect"
import { startPostgres } from "../support/postgres.ts"
import { tempFolder } from "../support/tempFolder.ts"

/** Place where a fleet can keep its state, and what harm a kill has done to it; nothing is known of it with `undefined`. */
export interface CrashedStore {
  readonly state: string
  readonly harm: Effect.Effect<string | undefined>
}

const sqlite = Effect.map(tempFolder, (folder): CrashedStore => {
  const state = join(folder, "fleet.db")
  const harm = Effect.sync(() => {
    const database = new DatabaseSync(state)
    try {
      const found = JSON.stringify(database.prepare("pragma integrity_check").all())
      return found === `[{"integrity_check":"ok"}]` ? undefined : `the file is harmed: ${found}`
    } finally {
      database.close()
    }
  })
  return { state, harm }
})

const postgres = Effect.gen(function* () {
  const server = yield* startPostgres(true)
  const store: CrashedStore = { state: Redacted.value(server.url(yield* server.fresh)), harm: Effect.undefined }
  return store
})

/** Stores by name. */
export const stores = { sqlite, postgres }

export type StoreName = keyof typeof stores
