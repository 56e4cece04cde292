import { Clock, Data, Effect } from "effect"
import { simulateSeed } from "../../main/simulatedFleet.ts"
import type { ScenarioSize } from "../../simulation/Scenario.ts"
import { counted } from "../terminal/format.ts"
import { printAll, Screen } from "../terminal/Screen.ts"
import { describeViolation, progress, summary } from "./report.ts"
import { addOutcome, noSeeds } from "./SeedTotals.ts"

/** Error: seeds in whose scenarios something did not hold. */
export class SeedsFailed extends Data.TaggedError("SeedsFailed")<{ readonly seeds: ReadonlyArray<number> }> {
  override get message() {
    return `${counted(this.seeds.length, "seed")} failed: ${this.seeds.join(", ")}`
  }
}

/** Real milliseconds between two lines of progress where the screen is not live. */
const lineEvery = 30_000

/** Simulates one seed after the other, and prints what came of them. Fails if something did not hold. */
export const runSeeds = Effect.fnUntraced(function* (from: number, seeds: number, size: ScenarioSize) {
  const screen = yield* Screen
  const began = yield* Clock.currentTimeMillis
  const totals = noSeeds()
  let nextLine = began + lineEvery
  for (let seed = from; seed < from + seeds; seed++) {
    const outcome = yield* simulateSeed(seed, size)
    addOutcome(totals, seed, outcome)
    const [violation] = outcome.violations
    if (violation !== undefined) screen.log(describeViolation(seed, violation, size))
    const now = yield* Clock.currentTimeMillis
    const line = progress(totals, seeds, now - began)
    screen.show([line])
    if (screen.live || now < nextLine) continue
    nextLine = now + lineEvery
    screen.log([line])
  }
  screen.show([])
  yield* printAll(summary(totals, (yield* Clock.currentTimeMillis) - began))
  if (totals.failed.size > 0) return yield* new SeedsFailed({ seeds: [...totals.failed.keys()] })
})

/** Simulates one seed, and prints its trace, or only what came of it. Fails if something did not hold. */
export const replay = Effect.fnUntraced(function* (seed: number, size: ScenarioSize, trace: boolean) {
  const traced: Array<string> = []
  const outcome = yield* simulateSeed(seed, { ...size, trace: trace ? (line) => void traced.push(line) : undefined })
  yield* printAll(traced)
  for (const violation of outcome.violations) yield* printAll(describeViolation(seed, violation, size))
  if (outcome.violations.length > 0) return yield* new SeedsFailed({ seeds: [seed] })
  const minutes = counted(Math.round(outcome.millis / 60_000), "virtual minute")
  yield* printAll([`seed ${seed}: all invariants held, ${minutes}`])
})
