import type { Effect } from "effect"
import type { Rehearsal } from "../../rehearsal/Rehearsal.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import type { Checker } from "../checker/Checker.ts"
import type { Prng } from "../Prng.ts"
import type { Scenario } from "../Scenario.ts"

/** What weather is made with. */
export interface FaultContext {
  readonly prng: Prng
  readonly rehearsal: Rehearsal["Service"]
  readonly scenario: Scenario
  readonly checker: Checker
  /** Runs something later, unless the storm is over by then. */
  readonly later: (millis: number, action: Effect.Effect<unknown>) => Effect.Effect<void>
  /** A team that is present, if there is one. */
  readonly someone: () => TeamId | undefined
  /** A number that was not given before. */
  readonly fresh: () => number
}

/** Goes wrong once. False if there was nothing that it could have happened to. */
export type Fault = (sky: FaultContext) => Effect.Effect<boolean>
