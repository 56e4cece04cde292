// Writes the table of settings into docs/operating.md.
import { readFileSync, writeFileSync } from "node:fs"
import { runSpecs } from "../src/cli/commands/run.ts"
import { settingsTable, withTable } from "./settingsTable.ts"

const page = new URL("../docs/operating.md", import.meta.url)

writeFileSync(page, withTable(readFileSync(page, "utf8"), settingsTable(Object.values(runSpecs))))
