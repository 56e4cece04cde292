import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { weatherTable } from "../../scripts/weatherTable.ts"
import { promised } from "../services/dialing/weather/Row.ts"
import { rows } from "../services/dialing/weather/rows.ts"

const page = readFileSync(new URL("../../docs/dialing.md", import.meta.url), "utf8")

/** The cells of the table in the page, without its head. */
const cells = page
  .slice(page.indexOf("<!-- weather: begin -->"), page.indexOf("<!-- weather: end -->"))
  .split("\n")
  .slice(3, -1)
  .map((line) => line.slice(2, -2).split(" | "))

describe("the table of weather in docs/dialing.md", () => {
  it("has all weather, and what is promised in it: npm run docs:dialing writes it", () => {
    assert.deepStrictEqual(
      cells.map(([name, bounds]) => [name, bounds]),
      rows.map((row) => [row.name, promised(row)])
    )
  })

  it("has a figure for each promise, which is kept", () => {
    for (const [index, { bounds, name }] of rows.entries()) {
      const figures = cells[index]![2]!.split("; ").map(Number)
      const most = Object.values(bounds)
      assert.lengthOf(figures, most.length, name)
      assert.isTrue(
        figures.every((figure, at) => figure <= most[at]!),
        name
      )
    }
  })
})

describe("a row of the table of weather", () => {
  it("tells the weather, what is promised, and the worst of what was measured", () => {
    const row = { name: "it rains", bounds: { "dry in … s": 3, "… drops": 500 }, run: figures }
    assert.deepStrictEqual(weatherTable([row]).split("\n").slice(2), [
      "| it rains | dry in 3 s; 500 drops | 2.50; 300 |"
    ])
  })
})

const figures = (seed: number) => ({ "dry in … s": seed / 2, "… drops": 400 - 100 * seed })
