// Writes the table of what the WebSocket client does by RFC 6455 into docs/conformance.md.
import { readFileSync, writeFileSync } from "node:fs"
import { rows } from "../test/conformance/rows.ts"
import { conformanceTable } from "./conformanceTable.ts"
import { withTable } from "./withTable.ts"

const page = new URL("../docs/conformance.md", import.meta.url)

writeFileSync(page, withTable(readFileSync(page, "utf8"), "conformance", conformanceTable(rows)))
