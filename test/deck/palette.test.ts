import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { phases } from "../../deck/phases.ts"
import { contrast, distance, linear, visions } from "./colorVision.ts"

const css = readFileSync(new URL("../../deck/deck.css", import.meta.url), "utf8")

/** Reads the colours of a theme from the style sheet. */
const colorsOf = (theme: string) => {
  const part = css.slice(css.indexOf(`[data-theme="${theme}"] {`))
  return (name: string) => linear(new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(part)?.[1] ?? "none")
}

for (const theme of ["dark", "light"]) {
  const color = colorsOf(theme)
  describe(`the ${theme} theme`, () => {
    for (const vision of ["usual", "protanopia", "deuteranopia", "tritanopia"] as const) {
      it(`has a colour for each phase that is far from the others, to ${vision} eyes`, () => {
        for (const [index, one] of phases.entries()) {
          for (const other of phases.slice(index + 1)) {
            assert.isAtLeast(distance(color(one), color(other), visions[vision]), 20, `${one} and ${other}`)
          }
        }
      })
    }

    it("has cells of trouble that stand out from the panel, and text that can be read on all grounds", () => {
      for (const phase of ["connecting", "denied", "retrying", "slow"]) {
        assert.isAtLeast(contrast(color(phase), color("panel")), 3, phase)
      }
      for (const text of ["ink", "text", "faint"]) {
        for (const ground of ["page", "panel", "raised"]) {
          assert.isAtLeast(contrast(color(text), color(ground)), 4.5, `${text} on ${ground}`)
        }
      }
    })
  })
}
