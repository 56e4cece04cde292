// Writes the table of settings into docs/operating.md.
import { readFileSync, writeFileSync } from "node:fs"
import { runSpecs } from "../src/cli/commands/run.ts"
import { settingsTable } from "./settingsTable.ts"
import { withTable } from "./withTable.ts"

const page = new URL("../docs/operating.md", import.meta.url)

writeFileSync(page, withTable(readFileSync(page, "utf8"), "settings", settingsTable(Object.values(runSpecs))))
