/**
 * A fake platform to test against: a rehearsal server, in this process or on a real WebSocket; and
 * stories in virtual time, in which everything fails that can.
 */
export { layerMemory, type MemoryOptions } from "./layers/rehearsal/RehearsalMemory.ts"
export { layerServer, type ServerOptions } from "./layers/rehearsal/RehearsalServer.ts"
export { chatter, type ChatterOptions } from "./programs/chatter.ts"
export { ListenError } from "./layers/rehearsal/ListenError.ts"
export * from "./services/Rehearsal.ts"
export type * from "./services/RehearsalState.ts"
export {
  type CastOptions,
  fleetWith,
  simulateSeed,
  simulateStory,
  type StandIn
} from "./programs/commands/simulate/world.ts"
export type { FleetOf, Outcome, Script, SimulatedFleet } from "./programs/simulation/simulate.ts"
export type { Scene } from "./programs/simulation/storm.ts"
export type { Story, StorySize } from "./programs/simulation/Story.ts"
export { type Invariant, invariants, type Violation } from "./programs/simulation/Violation.ts"
