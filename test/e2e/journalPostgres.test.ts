import { afterAll, beforeAll, describe } from "@effect/vitest"
import { Effect } from "effect"
import { layer, layerArchive, layerEditor } from "../../src/layers/JournalPostgres.ts"
import { contract } from "../layers/journal.contract.ts"
import { archiveContract } from "../layers/journalArchive.contract.ts"
import { type Postgres, postgresForFile } from "../support/postgres.ts"

let postgres: Postgres
let end: () => Promise<void>

beforeAll(async () => ({ end, postgres } = await postgresForFile()).postgres)
afterAll(() => end())

const fresh = Effect.suspend(() => Effect.map(postgres.fresh, (name) => postgres.url(name)))

describe("a journal in PostgreSQL", () => {
  contract(Effect.map(fresh, (url) => layer({ url })))
  archiveContract(
    Effect.map(fresh, (url) => ({
      kind: "postgres",
      layer: layer({ url }),
      archive: layerArchive({ url }),
      editor: (mayMake) => layerEditor({ url, mayMake })
    }))
  )
})
