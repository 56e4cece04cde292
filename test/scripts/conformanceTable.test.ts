import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { conformanceTable } from "../../scripts/conformanceTable.ts"
import { withTable } from "../../scripts/withTable.ts"
import { closed, failed, protocol, row } from "../conformance/Row.ts"
import { rows } from "../conformance/rows.ts"

describe("docs/conformance.md", () => {
  it("has the table of today: npm run docs:conformance writes it", () => {
    const page = readFileSync(new URL("../../docs/conformance.md", import.meta.url), "utf8")
    assert.strictEqual(withTable(page, "conformance", conformanceTable(rows)), page)
  })
})

describe("a row of the table of conformance", () => {
  const [, , ...told] = conformanceTable([
    row("5.4", "a | b", "01 01 78 | 89 00", { hears: ['"x"', "control"], pongs: [""], end: closed(1000, "hi") }),
    row("5.5", "long", Buffer.alloc(1000, "x"), { end: failed("opcode"), endOnWs: failed("mask") }),
    { section: "4.1", rule: "r", answer: "HTTP/1.1 200\r\n\r\n", sends: [], hears: [], pongs: [], end: protocol("why") }
  ]).split("\n")

  it("tells each write, what is heard, sent and how it ends", () => {
    assert.strictEqual(
      told[0],
      '| 5.4 | a \\| b | `01 01 78`, then `89 00` | "x" is heard; a control frame is heard; pong without payload; answers close 1000 and "hi" |  |'
    )
  })

  it("tells once what is repeated, and what is otherwise on ws", () => {
    assert.strictEqual(told[1], "| 5.5 | long | `(78 × 1,000)` | closes with 1002: opcode | closes with 1002: mask |")
  })

  it("tells an answer to the handshake", () => {
    assert.strictEqual(told[2], "| 4.1 | r | `HTTP/1.1 200\\r\\n\\r\\n` | protocol: why |  |")
  })
})
