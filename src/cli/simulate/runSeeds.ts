import { Clock, Data, Effect } from "effect"
import { simulateSeed } from "../../main/simulatedFleet.ts"
import type { ScenarioSize } from "../../simulation/Scenario.ts"
import type { Outcome } from "../../simulation/simulate.ts"
import type { Violation } from "../../simulation/Violation.ts"
import { counted } from "../terminal/format.ts"
import { print, Screen } from "../terminal/Screen.ts"
import { describe, progress, summary } from "./report.ts"

/** What so many seeds have come to. */
export interface Hunt {
  seeds: number
  /** Virtual milliseconds. */
  millis: number
  teams: number
  dials: number
  messages: number
  readonly faults: Map<string, number>
  readonly failed: Map<number, Violation>
}

/** Stories in which something did not hold. */
export class SeedsFailed extends Data.TaggedError("SeedsFailed")<{ readonly seeds: ReadonlyArray<number> }> {
  override get message() {
    return `${counted(this.seeds.length, "seed")} failed: ${this.seeds.join(", ")}`
  }
}

/** Real milliseconds between two lines of progress where the screen is not live. */
const lineEvery = 30_000

const add = (hunt: Hunt, seed: number, outcome: Outcome): void => {
  hunt.seeds++
  hunt.millis += outcome.millis
  hunt.teams += outcome.teams
  hunt.dials += outcome.dials
  hunt.messages += outcome.messages
  for (const [name, times] of Object.entries(outcome.faults)) {
    hunt.faults.set(name, (hunt.faults.get(name) ?? 0) + times)
  }
  const [violation] = outcome.violations
  if (violation !== undefined) hunt.failed.set(seed, violation)
}

/** Lives one story after the other, and tells what came of them. Fails if something did not hold. */
export const hunt = Effect.fnUntraced(function* (from: number, seeds: number, size: ScenarioSize) {
  const screen = yield* Screen
  const began = yield* Clock.currentTimeMillis
  const so: Hunt = { seeds: 0, millis: 0, teams: 0, dials: 0, messages: 0, faults: new Map(), failed: new Map() }
  let nextLine = began + lineEvery
  for (let seed = from; seed < from + seeds; seed++) {
    const outcome = yield* simulateSeed(seed, size)
    add(so, seed, outcome)
    const [violation] = outcome.violations
    if (violation !== undefined) screen.log(describe(seed, violation, size))
    const now = yield* Clock.currentTimeMillis
    const line = progress(so, seeds, now - began)
    screen.show([line])
    if (screen.live || now < nextLine) continue
    nextLine = now + lineEvery
    screen.log(line)
  }
  screen.show([])
  yield* print(summary(so, (yield* Clock.currentTimeMillis) - began))
  if (so.failed.size > 0) return yield* new SeedsFailed({ seeds: [...so.failed.keys()] })
})

/** Lives the story of one seed, and prints it line by line, or only what came of it. */
export const replay = Effect.fnUntraced(function* (seed: number, size: ScenarioSize, trace: boolean) {
  const screen = yield* Screen
  const outcome = yield* simulateSeed(seed, { ...size, trace: trace ? (line) => screen.print(line) : undefined })
  for (const violation of outcome.violations) yield* print(describe(seed, violation, size))
  if (outcome.violations.length > 0) return yield* new SeedsFailed({ seeds: [seed] })
  yield* print(`seed ${seed}: all invariants held, ${counted(Math.round(outcome.millis / 60_000), "virtual minute")}`)
})
