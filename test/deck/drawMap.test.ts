import { assert, describe, it } from "@effect/vitest"
import { drawMap, indexAt, layoutOf } from "../../deck/drawMap.ts"
import { type LivePhase, phases } from "../../deck/phases.ts"

/** Calls by which a cell is drawn, without colours. */
const drawn = (phase: LivePhase, size: number): string => {
  const calls: Array<string> = []
  const context = new Proxy(
    {},
    {
      get:
        (_, name) =>
        (...numbers: ReadonlyArray<unknown>) =>
          calls.push(`${String(name)} ${numbers.join(" ")}`),
      set: () => true
    }
  ) as CanvasRenderingContext2D
  const color = "#000000"
  const palette = {
    connected: color,
    connecting: color,
    denied: color,
    retrying: color,
    slow: color,
    ground: color,
    ink: color
  }
  const marks = { hovered: -1, cursor: -1, selected: -1, still: true }
  const layout = { columns: 1, rows: 1, size, height: size }
  drawMap(context, [{ id: 1, phase, changedAt: -Infinity }], layout, { ...palette, focus: color }, marks, 0)
  return calls.join("\n")
}

describe("the map", () => {
  for (const size of [5, 9, 16, 46]) {
    it(`tells phases apart by form alone, in cells of ${size} px`, () => {
      const forms = phases.map((phase) => drawn(phase, size))
      assert.strictEqual(new Set(forms).size, phases.length, forms.join("\n\n"))
    })
  }

  for (const width of [328, 700, 1_240, 2_500]) {
    for (const count of [1, 12, 60, 2_400, 10_000]) {
      it(`has room for ${count} teams in ${width} px, in cells that can be hit`, () => {
        const layout = layoutOf(count, width, 400)
        assert.isAtMost(layout.columns * layout.size, width)
        assert.isAtLeast(layout.columns * layout.rows, count)
        assert.isAtLeast(layout.size, width < 700 ? 7 : 5)
        const last = count - 1
        const [x, y] = [last % layout.columns, Math.floor(last / layout.columns)]
        assert.strictEqual(indexAt(layout, (x + 0.5) * layout.size, (y + 0.5) * layout.size), last)
        assert.strictEqual(indexAt(layout, -1, 0), -1)
        assert.strictEqual(indexAt(layout, 0, layout.height), -1)
      })
    }
  }
})
