/**
 * A fake platform to test against: a rehearsal server, in this process or on a real WebSocket.
 */
export { layerMemory, type MemoryOptions } from "./layers/rehearsal/RehearsalMemory.ts"
export { layerServer, type ServerOptions } from "./layers/rehearsal/RehearsalServer.ts"
export { chatter, type ChatterOptions } from "./programs/chatter.ts"
export { ListenError } from "./layers/rehearsal/ListenError.ts"
export * from "./services/Rehearsal.ts"
export type * from "./services/RehearsalState.ts"
