/**
 * A fake platform to test against: a rehearsal server, in this process or on a real WebSocket; and
 * simulations in virtual time, in which everything fails that can.
 */
export { layerMemory, type MemoryOptions } from "./rehearsal/memory/RehearsalMemory.ts"
export { ClientMachine, type MachineState, NameAnswer } from "./rehearsal/memory/ClientMachine.ts"
export { layerServer, type ServerOptions } from "./rehearsal/ws/RehearsalServer.ts"
export { chatter, type ChatterOptions } from "./rehearsal/chatter.ts"
export { ListenError } from "./rehearsal/ws/ListenError.ts"
export * from "./rehearsal/Rehearsal.ts"
export type * from "./rehearsal/RehearsalState.ts"
export {
  fleetWith,
  simulateScenario,
  simulateSeed,
  type SimulationOptions,
  type StandIn
} from "./main/simulatedFleet.ts"
export type { MakeFleet, Outcome } from "./simulation/simulate.ts"
export type { SimulatedFleet } from "./simulation/process/FleetProcess.ts"
export type { Script, Simulation } from "./simulation/Simulation.ts"
export type { Scenario, ScenarioSize } from "./simulation/Scenario.ts"
export { type Invariant, invariants, type Violation } from "./simulation/Violation.ts"
