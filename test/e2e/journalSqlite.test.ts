import { join } from "node:path"
import { describe } from "@effect/vitest"
import { Effect } from "effect"
import { layer } from "../../src/layers/JournalSqlite.ts"
import { contract } from "../layers/journal.contract.ts"
import { tempFolder } from "../support/tempFolder.ts"

describe("a journal in a file", () => {
  contract(Effect.map(tempFolder, (folder) => layer({ file: join(folder, "fleet.db") })))
})
