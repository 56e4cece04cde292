import { clip, widthOf } from "./render.ts"
import type { Text } from "./Text.ts"

/** Column of a table: its heading, and the side that its cells are aligned to. */
export interface Column {
  readonly heading: string
  readonly align: "left" | "right"
}

/** Columns of a terminal that one cell takes at most: an id may have a thousand characters, and must not wrap into a row. */
const widest = 60

/** Lays out rows of text in columns, under their headings and a rule. A row may have fewer cells than columns. */
export const table = (
  columns: ReadonlyArray<Column>,
  rows: ReadonlyArray<ReadonlyArray<Text>>
): ReadonlyArray<Text> => {
  const cells = rows.map((row) => columns.map((_, index) => clip(row[index] ?? "", widest, "…")))
  const widths = columns.map(({ heading }, index) =>
    cells.reduce((width, row) => Math.max(width, widthOf(row[index] ?? "")), widthOf(heading))
  )
  const line = (row: ReadonlyArray<Text>): Text => {
    const last = row.findLastIndex((cell) => widthOf(cell) > 0)
    return row.slice(0, last + 1).flatMap((cell, index) => {
      const room = " ".repeat(Math.max(0, (widths[index] ?? 0) - widthOf(cell)))
      const gap = index === 0 ? "" : "  "
      if (columns[index]?.align === "right") return [gap + room, cell]
      return index === last ? [gap, cell] : [gap, cell, room]
    })
  }
  return [
    line(columns.map(({ heading }) => heading)),
    widths.map((width) => "─".repeat(width)).join("  "),
    ...cells.map(line)
  ]
}
