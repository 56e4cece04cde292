// Tables of medians, with their spread and their ratios to the floor.
import type { Figure } from "./figures.ts"
import { type Measured, median } from "./scenarios/fleet.ts"

/** One client's figures: a value of each figure for each round. */
export interface Series {
  readonly client: string
  readonly rounds: ReadonlyArray<Measured>
}

export interface Summary {
  readonly median: number
  readonly min: number
  readonly max: number
}

export const summarise = (rounds: ReadonlyArray<Measured>, key: string): Summary | undefined => {
  const values = rounds.map((round) => round[key]).filter((value) => value !== undefined)
  return values.length === 0
    ? undefined
    : { median: median(values), min: Math.min(...values), max: Math.max(...values) }
}

const fixed = (value: number, digits: number) =>
  value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits })

const cell = (figure: Figure, summary: Summary | undefined, base: Summary | undefined): string => {
  if (summary === undefined) return "–"
  const value = fixed(summary.median, figure.digits)
  const ratio = base === undefined || base === summary ? "" : ` (${fixed(summary.median / base.median, 2)})`
  return `${value}${ratio}`
}

/** Whether a figure is within its limit; nothing if it has none. */
const verdict = (figure: Figure, ours: Summary | undefined, base: Summary | undefined): string => {
  if (ours === undefined) return ""
  if (figure.most !== undefined) return `${ours.median <= figure.most ? "ok" : "MISSED"} ≤ ${figure.most}`
  if (base === undefined) return ""
  if (figure.more !== undefined) {
    const isMet = ours.median - base.median <= figure.more
    return `${isMet ? "ok" : "MISSED"} ≤ ${fixed(base.median + figure.more, figure.digits)}`
  }
  if (figure.ratio === undefined) return ""
  return `${ours.median / base.median <= figure.ratio ? "ok" : "MISSED"} ≤ ${fixed(figure.ratio, 2)}`
}

/** A table in Markdown: a row a figure, a column a client, the first of them the floor. `judged`: with the limits. */
export const table = (figures: ReadonlyArray<Figure>, series: ReadonlyArray<Series>, judged: boolean): string => {
  const rows = figures.map((figure) => {
    const summaries = series.map(({ rounds }) => summarise(rounds, figure.key))
    const cells = summaries.map((summary) => cell(figure, summary, summaries[0]))
    // Alone where there is no floor for it.
    const spread = summaries[1] ?? summaries[0]
    return [
      `${figure.label}, ${figure.unit}`,
      ...cells,
      spread === undefined ? "" : `${fixed(spread.min, figure.digits)}–${fixed(spread.max, figure.digits)}`,
      judged ? verdict(figure, spread, summaries[0]) : ""
    ]
  })
  const header = ["figure", ...series.map(({ client }) => client), "spread", "limit"]
  const all = [header, ...rows]
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column]!.length)))
  const line = (row: ReadonlyArray<string>) =>
    `| ${row.map((text, column) => (column === 0 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!))).join(" | ")} |`
  const rule = `|${widths.map((width, column) => (column === 0 ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`
  return [line(header), rule, ...rows.map(line)].join("\n")
}
