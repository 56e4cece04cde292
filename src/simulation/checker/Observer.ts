import type { Transition } from "../../services/TeamRegistry.ts"
import type { GlobalServerEvent } from "../../wire/GlobalApi.ts"
import type { TeamServerEvent } from "../../wire/TeamApi.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import type { CheckedConnection } from "./CheckedConnection.ts"
import type { TeamModel } from "./TeamModel.ts"

/** Callbacks of an invariant, in the order in which things happen. */
export interface Observer {
  /** Called when a name is looked up, for a team or, `undefined`, for Global; and when that ends: found or taken back, or failed. */
  readonly onLookup?: (team: TeamId | undefined, what: "begins" | "ends" | "fails") => void
  readonly onDial?: (connection: CheckedConnection) => void
  readonly onOpened?: (connection: CheckedConnection) => void
  /** Called when the peer is heard for the first time, before the fleet reads it. */
  readonly onGreeted?: (connection: CheckedConnection) => void
  /** Called before the fleet reads a frame: an event, or `undefined` for anything else. */
  readonly onTeamFrame?: (connection: CheckedConnection, event: TeamServerEvent | undefined) => void
  readonly onGlobalFrame?: (connection: CheckedConnection, event: GlobalServerEvent | undefined) => void
  /** Called after the fleet has read it, in the same turn. */
  readonly afterFrame?: (connection: CheckedConnection) => void
  readonly onSend?: (connection: CheckedConnection, frame: string) => void
  /** Called each time before the fleet closes or terminates a connection. */
  readonly onGiveUp?: (connection: CheckedConnection, how: "close" | "terminate") => void
  readonly onEnded?: (connection: CheckedConnection) => void
  readonly onJoin?: (team: TeamModel) => void
  readonly onLeft?: (team: TeamModel) => void
  readonly onTransition?: (transition: Transition) => void
  /** Called when nothing more can happen without time passing. */
  readonly atEndOfInstant?: () => void
}
