import { Effect } from "effect"
import { HostCircuit } from "../../../src/services/dialing/HostCircuit.ts"
import { inFrontOf, type Planted } from "./PlantedBug.ts"

/** Bugs of storm control. */
export const stormBugs: ReadonlyArray<Planted> = [
  {
    bug: "a circuit that lets everybody be the canary",
    invariant: "budget",
    within: 30,
    teams: 120,
    standIn: inFrontOf(HostCircuit, (circuit) => ({ ...circuit, awaitPass: () => Effect.succeed("canary" as const) }))
  },
  {
    bug: "a circuit that never lets anybody be the canary",
    invariant: "connected",
    within: 10,
    standIn: inFrontOf(HostCircuit, (circuit) => ({ ...circuit, awaitPass: () => Effect.never }))
  },
  {
    bug: "a circuit that does not close when its canary gets through",
    invariant: "connected",
    within: 30,
    standIn: inFrontOf(HostCircuit, (circuit) => ({
      ...circuit,
      watch: (team, endpoint) =>
        Effect.tapError(() => Effect.ignore(Effect.scoped(circuit.watch(team, endpoint)(Effect.fail("the same")))))
    }))
  }
]
