import { join } from "node:path"
import { describe } from "@effect/vitest"
import { Effect } from "effect"
import { layer, layerArchive, layerEditor } from "../../src/layers/JournalSqlite.ts"
import { contract } from "../layers/journal.contract.ts"
import { archiveContract } from "../layers/journalArchive.contract.ts"
import { tempFolder } from "../support/tempFolder.ts"

const fresh = Effect.map(tempFolder, (folder) => join(folder, "fleet.db"))

describe("a journal in a file", () => {
  contract(Effect.map(fresh, (file) => layer({ file })))
  archiveContract(
    Effect.map(fresh, (file) => ({
      kind: "sqlite",
      layer: layer({ file }),
      archive: layerArchive({ file }),
      editor: (mayMake) => layerEditor({ file, mayMake })
    }))
  )
})
