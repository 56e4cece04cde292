import type { Outcome } from "../../simulation/simulate.ts"
import type { Violation } from "../../simulation/Violation.ts"

/** Totals of the seeds that have been simulated. */
export interface SeedTotals {
  seeds: number
  /** Milliseconds of virtual time. */
  millis: number
  teams: number
  dials: number
  messages: number
  /** Number of times that each fault has happened. */
  readonly faults: Map<string, number>
  /** First violation of each seed that failed. */
  readonly failed: Map<number, Violation>
}

/** Totals of no seed. */
export const noSeeds = (): SeedTotals => ({
  seeds: 0,
  millis: 0,
  teams: 0,
  dials: 0,
  messages: 0,
  faults: new Map(),
  failed: new Map()
})

/** Adds the outcome of a seed. */
export const addOutcome = (totals: SeedTotals, seed: number, outcome: Outcome): void => {
  totals.seeds++
  totals.millis += outcome.millis
  totals.teams += outcome.teams
  totals.dials += outcome.dials
  totals.messages += outcome.messages
  for (const [name, times] of Object.entries(outcome.faults)) {
    totals.faults.set(name, (totals.faults.get(name) ?? 0) + times)
  }
  const [violation] = outcome.violations
  if (violation !== undefined) totals.failed.set(seed, violation)
}
