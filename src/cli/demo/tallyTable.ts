import { grouped } from "../terminal/format.ts"
import { table } from "../terminal/table.ts"
import { green, red, type Text } from "../terminal/Text.ts"
import type { TallyRow } from "./tally.ts"

/** Writes the tallies side by side as a table, with a line of sums. */
export const tallyTable = (rows: ReadonlyArray<TallyRow>): ReadonlyArray<Text> => {
  const sum = (of: (row: TallyRow) => number) => grouped(rows.reduce((total, row) => total + of(row), 0))
  const disagreeing = rows.filter(({ agrees }) => !agrees).length
  return table(
    [
      { heading: "team", align: "right" },
      { heading: "connected", align: "left" },
      { heading: "messages sent", align: "right" },
      { heading: "counted", align: "right" },
      { heading: "props sent", align: "right" },
      { heading: "counted", align: "right" },
      { heading: "ok", align: "left" }
    ],
    [
      ...rows.map((row) => [
        String(row.id),
        connection(row),
        grouped(row.messages.sent),
        grouped(row.messages.counted),
        grouped(row.props.sent),
        grouped(row.props.counted),
        row.agrees ? green("✓") : red("✗")
      ]),
      [
        "all",
        `${rows.filter(({ connected }) => connected.server).length} of ${rows.length}`,
        sum(({ messages }) => messages.sent),
        sum(({ messages }) => messages.counted),
        sum(({ props }) => props.sent),
        sum(({ props }) => props.counted),
        disagreeing === 0 ? green("✓") : red(`✗ ${disagreeing}`)
      ]
    ]
  )
}

const connection = ({ connected: { fleet, server } }: TallyRow): Text => {
  if (fleet !== server) return red(`${server ? "yes" : "no"}, told ${fleet ? "yes" : "no"}`)
  return fleet ? "yes" : "no"
}
