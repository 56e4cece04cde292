/**
 * Botswain as a part of a larger Effect app: the fleet as a Layer, and the services to read and watch it.
 *
 * @module
 */

export { layer, layerWithoutSocket } from "./main/fleet.ts"
export { type BotLimits, runBot } from "./programs/bot.ts"
export { Bot, BotFailed, type BotHandler } from "./services/Bot.ts"
export { Fleet, type FleetStatus } from "./services/Fleet.ts"
export type { FlightEntry } from "./observe/FlightEntry.ts"
export { FlightRecorder } from "./observe/FlightRecorder.ts"
export type { Flight } from "./observe/FlightRecording.ts"
export { Inbox, type InboxMessage } from "./services/Inbox.ts"
export {
  type CountsOf,
  Journal,
  JournalFailed,
  type JournalKind,
  type JournalShape,
  type JournalTrouble,
  type Place,
  type RosterChange,
  type StoredTeam
} from "./services/Journal.ts"
export type { LedgerView } from "./services/ledger/Ledger.ts"
export { type NameLoad, NameLookups } from "./services/NameLookups.ts"
export { BadSetting, type OnGoodbye, Settings, type SettingsInput, type SettingsValues } from "./services/Settings.ts"
export { DialError } from "./services/DialError.ts"
export { type Closed, type Connection, type Dial, NotOpen, type Receiver, Socket } from "./services/Socket.ts"
export { type Incident, Stats, type TeamCounter, type TeamCounts, type Totals } from "./services/Stats.ts"
export { type Census, isConnected, type Team, TeamRegistry, type Transition } from "./services/TeamRegistry.ts"
export { TeamState } from "./services/TeamState.ts"
export { Endpoint } from "./wire/Endpoint.ts"
export type { TeamHealth } from "./wire/GlobalApi.ts"
export type { TeamId } from "./wire/TeamId.ts"
