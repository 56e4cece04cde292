import { assert, describe, it } from "@effect/vitest"
import { table } from "../../../src/cli/terminal/table.ts"
import { red } from "../../../src/cli/terminal/Text.ts"
import { plainLines } from "./fakeScreen.ts"

const of = (...ids: ReadonlyArray<string>) =>
  plainLines(
    table(
      [
        { heading: "team", align: "right" },
        { heading: "state", align: "left" },
        { heading: "why", align: "left" }
      ],
      ids.map((id) => [id, red("slow"), ""])
    )
  )

describe("a table", () => {
  it("is aligned by what is seen, in any script", () => {
    assert.deepStrictEqual(of("7", "漢字", "opera"), [
      " team  state  why",
      "─────  ─────  ───",
      "    7  slow",
      " 漢字  slow",
      "opera  slow"
    ])
  })

  it("has one line a row, whatever is in it, and none that is wide enough to wrap into another", () => {
    const lines = of("7\n8  connected", `9${" ".repeat(1_000)}10  connected`, "1".repeat(1_024))
    assert.strictEqual(lines.length, 5)
    for (const line of lines) assert.isBelow(line.length, 80)
    assert.include(lines[2], "7\\u000a8  connected  slow")
    assert.include(lines[4], `${"1".repeat(59)}…  slow`)
  })
})
