import type { ScenarioSize } from "../../simulation/Scenario.ts"
import { invariants, type Violation } from "../../simulation/Violation.ts"
import { counted, grouped, rate, span } from "../terminal/format.ts"
import { table } from "../terminal/table.ts"
import type { Hunt } from "./runSeeds.ts"

const hour = 3_600_000

const perSecond = (count: number, millis: number): number => (millis > 0 ? (count * 1000) / millis : 0)

/** One line of how far it is; `millis` is real time. */
export const progress = (hunt: Hunt, seeds: number, millis: number): string =>
  [
    `${grouped(hunt.seeds)} of ${counted(seeds, "seed")}`,
    `${grouped(Math.round(hunt.millis / hour))} virtual hours`,
    `${rate(perSecond(hunt.seeds, millis))} seeds a second`,
    `${grouped(hunt.failed.size)} failed`
  ].join(", ")

/** What did not hold, and how to see it again. */
export const describe = (
  seed: number,
  { at, detail, invariant }: Violation,
  { minutes, teams }: ScenarioSize
): string =>
  [
    `seed ${seed}, after ${span(at)}: ${detail}`,
    `  broken: ${invariants[invariant]}`,
    `  replay: npm run simulate -- --seed ${seed} --trace --teams ${teams} --minutes ${minutes}`
  ].join("\n")

/** What so many seeds have come to. */
export const summary = (hunt: Hunt, millis: number): string => {
  const faults = [...hunt.faults].sort((a, b) => b[1] - a[1])
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
    `${counted(hunt.seeds, "seed")} in ${span(millis)} (${rate(perSecond(hunt.seeds, millis))} a second), ` +
      `${grouped(hunt.failed.size)} failed`,
    `${grouped(Math.round(hunt.millis / hour))} virtual hours ` +
      `(${rate(perSecond(hunt.millis / hour, millis))} a second), ${counted(hunt.teams, "team")}, ` +
      `${counted(hunt.dials, "dial")}, ${counted(hunt.messages, "message")}`
  ].join("\n")
}
