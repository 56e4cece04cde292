/**
 * Botswain as a part of a larger Effect app: the fleet as a Layer, and the services to read and watch it.
 *
 * @module
 */
import { Layer } from "effect"
import * as InboxMemory from "./layers/InboxMemory.ts"
import * as SocketNet from "./layers/SocketNet.ts"
import * as Wiring from "./main/FleetState.ts"
import * as FleetProgram from "./programs/fleet.ts"
import { Settings, type SettingsInput } from "./services/Settings.ts"

export { type BotBounds, runBot } from "./programs/bot.ts"
export { Bot, BotFailed, type BotHandler } from "./services/Bot.ts"
export { Fleet, type FleetStatus } from "./services/Fleet.ts"
export type { FlightEntry } from "./observe/FlightEntry.ts"
export { FlightRecorder } from "./observe/FlightRecorder.ts"
export type { Flight } from "./observe/FlightRecording.ts"
export { Inbox, type InboxMessage } from "./services/Inbox.ts"
export { BadSetting, type OnGoodbye, Settings, type SettingsInput, type SettingsValues } from "./services/Settings.ts"
export {
  type Closed,
  type Connection,
  type Dial,
  DialError,
  NotOpen,
  type Receiver,
  Socket
} from "./services/Socket.ts"
export { type Incident, Stats, type TeamCounter, type TeamCounts, type Totals } from "./services/Stats.ts"
export {
  type Census,
  isConnected,
  type Team,
  TeamRegistry,
  TeamState,
  type Transition
} from "./services/TeamRegistry.ts"
export { Endpoint } from "./wire/Endpoint.ts"
export type { TeamHealth } from "./wire/GlobalApi.ts"
export type { TeamId } from "./wire/TeamId.ts"

const fleet = FleetProgram.layer.pipe(Layer.provideMerge(InboxMemory.layer()), Layer.provideMerge(Wiring.layer))

/**
 * A fleet on whatever `Socket` is provided: the rehearsal server's in tests, say. Its state is in this process. It
 * begins when the layer is built, and drains, within the drain time, when the layer's Scope closes.
 */
export const layerWithoutSocket = (settings: SettingsInput) => Layer.provideMerge(fleet, Settings.layer(settings))

/** A fleet on real WebSockets. Fails if a setting cannot be used, before anything is dialled. */
export const layer = (settings: SettingsInput) =>
  fleet.pipe(Layer.provideMerge(SocketNet.layer), Layer.provideMerge(Settings.layer(settings)))
