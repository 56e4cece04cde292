import { afterAll, beforeAll, describe } from "@effect/vitest"
import { Effect } from "effect"
import { layer } from "../../src/layers/JournalPostgres.ts"
import { contract } from "../layers/journal.contract.ts"
import { type Postgres, postgresForFile } from "../support/postgres.ts"

let postgres: Postgres
let end: () => Promise<void>

beforeAll(async () => ({ end, postgres } = await postgresForFile()).postgres)
afterAll(() => end())

const fresh = Effect.suspend(() => Effect.map(postgres.fresh, (name) => layer({ url: postgres.url(name) })))

describe("a journal in PostgreSQL", () => {
  contract(fresh)
})
