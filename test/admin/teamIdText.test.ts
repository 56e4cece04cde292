import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Schema } from "effect"
import { readTeamId, writeTeamId } from "../../src/admin/api/teamIdText.ts"

describe("a team's id in writing", () => {
  const pairs: ReadonlyArray<readonly [number | string, string]> = [
    [7, "7"],
    ["7", `"7"`],
    [-7, "-7"],
    ["-7", `"-7"`],
    ["007", "007"],
    ["7.5", "7.5"],
    ["1e3", "1e3"],
    ["-0", "-0"],
    ["9007199254740993", "9007199254740993"],
    ["1e+21", "1e+21"],
    ["Infinity", "Infinity"],
    ["ops", "ops"],
    [".", "."],
    ["..", ".."],
    ["a/b?c#d%2e", "a/b?c#d%2e"],
    [`"`, `"`],
    [`""`, `""`],
    [`"7"`, `"\\"7\\""`],
    [" 7", " 7"],
    ["null", "null"],
    ["\ud800", `"\\ud800"`]
  ]
  for (const [id, text] of pairs) {
    it(`is ${text} for the ${typeof id} ${JSON.stringify(id)}`, () => {
      assert.strictEqual(writeTeamId(id), text)
      assert.strictEqual(readTeamId(text), id)
    })
  }

  it.effect("reads as what was written, whatever it is, also behind a URL's escapes", () =>
    Effect.gen(function* () {
      const ids = Schema.Union([Schema.Int, Schema.NonEmptyString])
      const found = yield* Arbitrary.checkEffect(
        Arbitrary.schema(ids),
        (id) => Effect.sync(() => readTeamId(decodeURIComponent(encodeURIComponent(writeTeamId(id)))) === id),
        { runs: 500, seed: 7 }
      )
      assert.strictEqual(found._tag, "Passed")
    })
  )
})
