import { assert, describe, it } from "@effect/vitest"
import { clip, render, widthOf } from "../../../src/cli/terminal/render.ts"
import { bold, dim, green, joined, linesOf, red, yellow } from "../../../src/cli/terminal/Text.ts"

/** Texts with which somebody outside would do something to a terminal, and how they are shown. */
const hostile: ReadonlyArray<readonly [what: string, text: string, shown: string]> = [
  ["writes the clipboard", "a\x1b]52;c;ZXZpbA==\x07b", "a\\u001b]52;c;ZXZpbA==\\u0007b"],
  ["wipes the screen", "\x1b[2J\x1b[H", "\\u001b[2J\\u001b[H"],
  ["wipes it in eight bits", "\u009b2J", "\\u009b2J"],
  ["forges a row", "7\n 8  connected", "7\\u000a 8  connected"],
  ["overwrites its row", "7\r8\b\x7f", "7\\u000d8\\u0008\\u007f"],
  ["moves a column", "7\t8", "7\\u00098"],
  ["turns the row around", "\u202e7 \u2066x\u2069\u200f\u061c", "\\u202e7 \\u2066x\\u2069\\u200f\\u061c"],
  ["ends a line as Unicode has it", "7\u20288\u2029\u0085", "7\\u20288\\u2029\\u0085"],
  ["has half a character", "\ud83d7\udc00", "\\ud83d7\\udc00"]
]

describe("a text", () => {
  for (const [what, text, shown] of hostile) {
    it(`that ${what} is escaped, in any style`, () => {
      assert.strictEqual(render(text, true), shown)
      assert.strictEqual(render(red(text), true), `\x1b[31m${shown}\x1b[39m`)
      assert.strictEqual(render([text, bold(text)], false), shown + shown)
      assert.strictEqual(widthOf(text), shown.length)
    })

    it(`that ${what} is the same again when a line of JSON with it is read`, () => {
      assert.strictEqual(JSON.parse(render(JSON.stringify({ text }), true)).text, text)
    })
  }

  it("stays as it is otherwise, in any language", () => {
    for (const text of ["team 7", "Ωμέγα", "漢字", "عربي", "👩‍🚀", "é", "C:\\u"]) {
      assert.strictEqual(render(text, true), text)
    }
  })

  it("is coloured where there are colours, and not elsewhere", () => {
    const line = joined([green("up"), "12"], dim(" · "))
    assert.strictEqual(render(line, true), "\x1b[32mup\x1b[39m\x1b[2m · \x1b[22m12")
    assert.strictEqual(render(line, false), "up · 12")
    assert.strictEqual(render(dim(yellow("x")), true), "\x1b[2m\x1b[33mx\x1b[39m\x1b[22m")
  })

  it("that has lines and tabs by itself keeps them, and nothing else", () => {
    assert.deepStrictEqual(
      linesOf("a\tb\r\n\x1b[2Jc\n").map((line) => render(line, true)),
      ["a\tb", "\\u001b[2Jc"]
    )
  })

  it("is as wide as a terminal shows it", () => {
    assert.deepStrictEqual(["abc", "漢字", "e\u0301", "👍", "●"].map(widthOf), [3, 4, 1, 2, 1])
  })

  it("is cut by what is seen: a style takes no room, and ends; nothing is cut in halves", () => {
    assert.strictEqual(render(clip([green("green"), " and more"], 7), true), "\x1b[32mgreen\x1b[39m a")
    assert.strictEqual(render(clip("● ● ●", 3), true), "● ●")
    assert.strictEqual(render(clip("short", 80), true), "short")
    assert.strictEqual(render(clip("漢字漢字", 5), true), "漢字")
    assert.strictEqual(render(clip("漢a", 1), true), "")
    assert.strictEqual(render(clip("a long id", 5, "…"), true), "a lo…")
  })
})
