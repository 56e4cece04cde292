/** Column of a table: its heading, and the side that its cells are aligned to. */
export interface Column {
  readonly heading: string
  readonly align: "left" | "right"
}

/** Counts the characters that a text takes on a terminal; colour codes take none. */
export const widthOf = (text: string): number => Array.from(text.replaceAll(/\x1b\[[0-9;]*m/g, "")).length

/** Lays out rows of text in columns, under their headings and a rule. A row may have fewer cells than columns. */
export const table = (
  columns: ReadonlyArray<Column>,
  rows: ReadonlyArray<ReadonlyArray<string>>
): ReadonlyArray<string> => {
  const widths = columns.map(({ heading }, index) =>
    Math.max(widthOf(heading), ...rows.map((row) => widthOf(row[index] ?? "")))
  )
  const line = (cells: ReadonlyArray<string>) =>
    columns
      .map(({ align }, index) => pad(cells[index] ?? "", widths[index] ?? 0, align))
      .join("  ")
      .trimEnd()
  return [
    line(columns.map(({ heading }) => heading)),
    widths.map((width) => "─".repeat(width)).join("  "),
    ...rows.map(line)
  ]
}

const pad = (cell: string, width: number, align: Column["align"]): string => {
  const room = " ".repeat(Math.max(0, width - widthOf(cell)))
  return align === "left" ? cell + room : room + cell
}
