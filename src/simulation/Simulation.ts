import type { Effect } from "effect"
import type { ClientMachine } from "../rehearsal/memory/ClientMachine.ts"
import type { Rehearsal } from "../rehearsal/Rehearsal.ts"
import type { TeamId } from "../wire/TeamId.ts"
import type { Checker } from "./checker/Checker.ts"
import type { FaultName } from "./faults/names.ts"
import type { Prng } from "./Prng.ts"
import type { FleetProcess } from "./process/FleetProcess.ts"
import type { Scenario } from "./Scenario.ts"

/** Simulation that is under way, as its script and its phases see it. */
export interface Simulation {
  readonly prng: Prng
  readonly rehearsal: Rehearsal["Service"]
  /** The machine that the fleet runs on. */
  readonly machine: ClientMachine["Service"]
  readonly scenario: Scenario
  readonly checker: Checker
  /** The process that the fleet runs in. */
  readonly process: FleetProcess
  /** What is drawn of the journal's faults, and of crashes, where the fleet has a journal: by itself, so that all else stays the same. */
  readonly journal:
    | { readonly faults: ReadonlyArray<FaultName>; readonly faultEvery: number; readonly prng: Prng }
    | undefined
  readonly ids: ReadonlyArray<TeamId>
  /** Gives a number that was not given before, in whatever phase. */
  readonly nextNumber: () => number
  /** Number of times that each fault has happened. */
  readonly faults: Partial<Record<FaultName, number>>
}

/** Program of a simulation: runs from when the fleet has been built until it is shut down. */
export type Script = (simulation: Simulation) => Effect.Effect<void>
