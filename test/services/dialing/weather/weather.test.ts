import { assert, describe, it } from "@effect/vitest"
import { promised, worstOf } from "./Row.ts"
import { rows } from "./rows.ts"

/** Seeds that each row is run with. More: WEATHER_SEEDS=20 npx vitest run --project unit test/services/dialing/weather. */
const seeds = Number(process.env["WEATHER_SEEDS"] ?? 2)

describe("dial control keeps what it promises when", () => {
  for (const row of rows) {
    it(`${row.name}: ${promised(row)}`, () => {
      const figures = worstOf(row, seeds)
      for (const [what, most] of Object.entries(row.bounds)) assert.isAtMost(figures[what]!, most, what)
    })
  }

  it("no two rows tell of the same weather", () => {
    assert.strictEqual(new Set(rows.map(({ name }) => name)).size, rows.length)
  })
})
