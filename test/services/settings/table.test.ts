import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { settings } from "../../../src/services/settings/mapSettings.ts"
import { table } from "../../../src/services/settings/table.ts"

const source = readFileSync(new URL("../../../src/services/settings/table.ts", import.meta.url), "utf8")

/** A text without what is there for its form only. */
const words = (text: string): string =>
  text
    .replaceAll(/[`,:*]/g, "")
    .replaceAll(/\s+/g, " ")
    .toLowerCase()

/** The doc comments of the table's entries: editors show them with the settings of the library. */
const docs = new Map(
  Array.from(source.matchAll(/\/\*\*((?:(?!\*\/)[^])*)\*\/\s+(\w+): \w+\(/g), ([, doc = "", name = ""]) => [
    name,
    words(doc)
  ])
)

describe.each(Object.entries(settings))("the doc comment of %s", (name, { preset, rule }) => {
  const doc = docs.get(name) ?? ""

  it("is there, and names the default", () => {
    assert.isNotEmpty(doc)
    if (preset !== undefined) assert.include(doc, `default ${words(preset)}`)
  })

  it("names the rule of the protocol", () => {
    if (rule === undefined) assert.notInclude(doc, "rule protocol row")
    else assert.include(doc, `rule protocol row ${rule}.`)
  })
})

describe("a setting of a few words", () => {
  it("is refused, if it is another one", () => {
    const other: string = "stay"
    assert.deepStrictEqual(table.onGoodbye.check(other as "exit"), Result.fail("needs exit or reconnect"))
  })
})
