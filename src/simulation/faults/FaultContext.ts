import type { Effect } from "effect"
import type { TeamId } from "../../wire/TeamId.ts"
import type { Simulation } from "../Simulation.ts"

/** Simulation with the helpers that faults and team activity need. */
export interface FaultContext extends Simulation {
  /** Runs an action later, unless the chaos phase is over by then. */
  readonly schedule: (millis: number, action: Effect.Effect<unknown>) => Effect.Effect<void>
  /** Draws a team that is present, if there is one. */
  readonly presentTeam: () => TeamId | undefined
}

/** Something that goes wrong, once. False if there was nothing that it could have happened to. */
export type Fault = (context: FaultContext) => Effect.Effect<boolean>
