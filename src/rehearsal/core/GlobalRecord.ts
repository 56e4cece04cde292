import type { Redacted } from "effect"
import type { GlobalClientEvent, TeamHealth } from "../../wire/GlobalApi.ts"
import type { GlobalView } from "../RehearsalState.ts"

/** Record of what the server has seen on the Global API. */
export class GlobalRecord implements GlobalView {
  openSockets = 0
  maxOpenSockets = 0
  opens = 0
  foiled = 0
  headers: Readonly<Record<string, Redacted.Redacted>> = {}
  protocolPings = 0
  readonly received: Array<GlobalClientEvent> = []
  readonly malformed: Array<string> = []
  readonly closeCodes: Array<number> = []
  readonly healthchecks: Array<ReadonlyArray<TeamHealth>> = []
  healthcheckCount = 0
}
