import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { settingsTable } from "../../scripts/settingsTable.ts"
import { withTable } from "../../scripts/withTable.ts"
import { runSpecs } from "../../src/cli/commands/run.ts"

const page = readFileSync(new URL("../../docs/operating.md", import.meta.url), "utf8")
const specs = Object.values(runSpecs)

describe("the table of settings in docs/operating.md", () => {
  it("is what the settings give: npm run docs:settings writes it", () => {
    assert.strictEqual(page, withTable(page, "settings", settingsTable(specs)))
  })

  it("has a row for every flag", () => {
    const rows = settingsTable(specs).split("\n")
    assert.strictEqual(rows.length, specs.length + 2)
    for (const { name } of specs)
      assert.lengthOf(
        rows.filter((row) => row.startsWith(`| \`--${name} `)),
        1,
        name
      )
  })
})

describe("a row", () => {
  it("tells the flag, the variable, the default, and all that is known of the setting", () => {
    const { maxDials, onGoodbye, url } = runSpecs
    assert.deepStrictEqual(settingsTable([url, maxDials, onGoodbye]).split("\n").slice(2), [
      "| `--url URL` | `BOTSWAIN_URL` | required | The server's Global connection (ws, wss, http or https); needed. |",
      "| `--max-dials NUMBER` | `BOTSWAIN_MAX_DIALS` | 512 | Handshakes in flight that the fleet never exceeds. From 1 to 10000. |",
      "| `--on-goodbye WHAT` | `BOTSWAIN_ON_GOODBYE` | exit | What the server's goodbye means. " +
        "`reconnect` is for servers where goodbye means come back. One of `exit`, `reconnect`. " +
        "See [row 9](protocol.md#readings). |"
    ])
  })

  it("keeps what would mean something to Markdown as it is", () => {
    const spec = { ...runSpecs.bot, about: "a | b *c" }
    assert.include(settingsTable([spec]), "a \\| b \\*c")
  })
})
