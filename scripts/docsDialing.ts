// Writes the table of what dial control does in which weather into docs/dialing.md.
import { readFileSync, writeFileSync } from "node:fs"
import { rows } from "../test/services/dialing/weather/rows.ts"
import { weatherTable } from "./weatherTable.ts"
import { withTable } from "./withTable.ts"

const page = new URL("../docs/dialing.md", import.meta.url)

let row = 0
const told = (name: string) => console.log(`${++row} of ${rows.length}: ${name}`)
const table = weatherTable(rows, told)
writeFileSync(page, withTable(readFileSync(page, "utf8"), "weather", table))
