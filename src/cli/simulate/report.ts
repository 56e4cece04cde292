import type { ScenarioSize } from "../../simulation/Scenario.ts"
import { invariants, type Violation } from "../../simulation/Violation.ts"
import { counted, grouped, rate, span } from "../terminal/format.ts"
import { table } from "../terminal/table.ts"
import type { Text } from "../terminal/Text.ts"
import type { SeedTotals } from "./SeedTotals.ts"

const hour = 3_600_000

const perSecond = (count: number, millis: number): number => (millis > 0 ? (count * 1000) / millis : 0)

/** Line of progress. `millis` is real time. */
export const progress = (totals: SeedTotals, seeds: number, millis: number): string =>
  [
    `${grouped(totals.seeds)} of ${counted(seeds, "seed")}`,
    `${grouped(Math.round(totals.millis / hour))} virtual hours`,
    `${rate(perSecond(totals.seeds, millis))} seeds a second`,
    `${grouped(totals.failed.size)} failed`
  ].join(", ")

/** Lines that say what did not hold, and how to see it again. */
export const describeViolation = (
  seed: number,
  { at, detail, invariant }: Violation,
  { minutes, teams }: ScenarioSize
): ReadonlyArray<string> => [
  `seed ${seed}, after ${span(at)}: ${detail}`,
  `  broken: ${invariants[invariant]}`,
  `  replay: npm run simulate -- --seed ${seed} --trace --teams ${teams} --minutes ${minutes}`
]

/** Lines with the faults and the totals of all seeds. `millis` is real time. */
export const summary = (totals: SeedTotals, millis: number): ReadonlyArray<Text> => {
  const faults = [...totals.faults].sort((a, b) => b[1] - a[1])
  const total = faults.reduce((sum, [, times]) => sum + times, 0)
  return [
    "",
    ...table(
      [
        { heading: "fault", align: "left" },
        { heading: "times", align: "right" }
      ],
      [...faults.map(([name, times]) => [name, grouped(times)]), ["all", grouped(total)]]
    ),
    "",
    `${counted(totals.seeds, "seed")} in ${span(millis)} (${rate(perSecond(totals.seeds, millis))} a second), ` +
      `${grouped(totals.failed.size)} failed`,
    `${grouped(Math.round(totals.millis / hour))} virtual hours ` +
      `(${rate(perSecond(totals.millis / hour, millis))} a second), ${counted(totals.teams, "team")}, ` +
      `${counted(totals.dials, "dial")}, ${counted(totals.messages, "message")}`
  ]
}
