import { assert, describe, it } from "@effect/vitest"
import { withTable } from "../../scripts/withTable.ts"

describe("a page with a table", () => {
  it("has it between its markers, and is otherwise as it was", () => {
    const text = "above\n<!-- settings: begin -->\nold\n<!-- settings: end -->\nbelow\n"
    assert.strictEqual(withTable(text, "settings", "new"), text.replace("old", "new"))
  })

  it("needs markers of that name", () => {
    const text = "<!-- settings: begin -->\n<!-- settings: end -->\n"
    assert.throws(() => withTable(text, "dialing", "new"), /dialing: begin/)
  })
})
