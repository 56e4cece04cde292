import { Effect } from "effect"
import { HostCircuit } from "../../../src/services/dialing/HostCircuit.ts"
import { decorate, type PlantedBug } from "./PlantedBug.ts"

/** Bugs of the circuit of a host. */
export const dialingBugs: ReadonlyArray<PlantedBug> = [
  {
    bug: "a circuit that lets everybody be the canary",
    invariant: "budget",
    within: 30,
    teams: 120,
    standIn: decorate(HostCircuit, (circuit) => ({ ...circuit, awaitPass: () => Effect.succeed("canary" as const) }))
  },
  {
    bug: "a circuit that never lets anybody be the canary",
    invariant: "connected",
    within: 10,
    standIn: decorate(HostCircuit, (circuit) => ({ ...circuit, awaitPass: () => Effect.never }))
  },
  {
    bug: "a circuit that does not close when its canary gets through",
    invariant: "connected",
    within: 30,
    standIn: decorate(HostCircuit, (circuit) => ({
      ...circuit,
      watch: (team, endpoint) =>
        Effect.tapError(() => Effect.ignore(Effect.scoped(circuit.watch(team, endpoint)(Effect.fail("the same")))))
    }))
  }
]
