import { Data } from "effect"
import type { LivenessView } from "./Liveness.ts"

/** The socket below a connection, as far as others may know it. */
export interface Transport {
  readonly isOpen: () => boolean
}

/**
 * State of a team's connection: what is observed, kept apart from whether the team is wanted. `failures` counts the attempts
 * that have failed in a row. Times are milliseconds of Effect's clock.
 *
 * ```
 *            join                 ask                  offer                 handshake
 * Departed ───────▶ Waiting ───────────────▶ Asking ───────────▶ Dialing ───────────────▶ Open
 *    ▲                │ ▲                      │                    │                      │
 *    │                │ └─── Global is down, or it is held up ─────────────────┐           │
 *    │                │                        │                    │          │           │
 *    │                └───────── failed ───────┴────────────────────┴──────────│───────────┤ lost
 *    │                                 ▼                                       │           │
 *    │              Backoff, or SlowRetry after many failures ◀────────────────│───────────┘
 *    │                                 │                                       │
 *    │                                 └──── the wait is over: ask again ──────┘
 *    │ it is closed
 * Draining ◀─── left, restarted, or the fleet ends: from any state but Departed
 *    └────────▶ Waiting, where the team is still wanted
 * ```
 *
 * An offer that came unasked is dialled without an ask, and may be refused before it is: the arrows past `Asking` and past
 * `Dialing`. {@link canFollow} has them all.
 */
export type TeamState = Data.TaggedEnum<{
  /**
   * Has just joined; or, for a reason, waits: the Global connection is down, asks or dials of others have failed of late,
   * its host's name is being looked up, or our own machine has no room for a socket.
   */
  readonly Waiting: { readonly failures: number; readonly reason?: string }
  /** Has asked for an offer, or waits for its turn to ask. */
  readonly Asking: { readonly failures: number }
  /** Has an offer, and its handshake is under way or waits for its turn. */
  readonly Dialing: { readonly failures: number; readonly origin: string }
  /** Is connected; `transport` tells whether the WebSocket is open at this instant. `since` is wall time, to be shown. */
  readonly Open: {
    readonly since: number
    readonly failures: number
    readonly transport: Transport
    readonly liveness: LivenessView
  }
  /** Waits for the next attempt, or until `wake` is called: what it failed of is over. */
  readonly Backoff: {
    readonly failures: number
    readonly until: number
    readonly reason: string
    /** The code that the connection was closed with, where it was. */
    readonly code?: number | undefined
    readonly wake: () => void
  }
  /** Waits for the next attempt for minutes, since so many have failed, or until `wake` is called. */
  readonly SlowRetry: {
    readonly failures: number
    readonly until: number
    readonly reason: string
    readonly code?: number | undefined
    readonly wake: () => void
  }
  /** Is being closed: the team has left, begins anew, or the fleet ends. After the fleet's end, it has been. */
  readonly Draining: {}
  /** Has left; nothing of it is open. */
  readonly Departed: {}
}>
export const TeamState = Data.taggedEnum<TeamState>()

/** Name of a state. */
export type StateTag = TeamState["_tag"]

/** Names of all states. */
export const stateTags = [
  "Waiting",
  "Asking",
  "Dialing",
  "Open",
  "Backoff",
  "SlowRetry",
  "Draining",
  "Departed"
] as const satisfies ReadonlyArray<StateTag>

const followers: Readonly<Record<StateTag, ReadonlyArray<StateTag>>> = {
  Waiting: ["Waiting", "Asking", "Dialing", "Backoff", "SlowRetry", "Draining", "Departed"],
  Asking: ["Asking", "Waiting", "Dialing", "Backoff", "SlowRetry", "Draining"],
  Dialing: ["Dialing", "Waiting", "Asking", "Open", "Backoff", "SlowRetry", "Draining"],
  Open: ["Backoff", "SlowRetry", "Draining"],
  Backoff: ["Waiting", "Asking", "Dialing", "Backoff", "SlowRetry", "Draining"],
  SlowRetry: ["Waiting", "Asking", "Dialing", "SlowRetry", "Draining"],
  Draining: ["Waiting", "Departed"],
  Departed: ["Waiting"]
}

/** True if a team's connection may go from one state to the other. */
export const canFollow = (from: StateTag, to: StateTag): boolean => followers[from].includes(to)

/** Failed attempts in a row that a team has behind it, while it is connected too; 0 for one that is being closed or has left. */
export const failuresBehind = (state: TeamState): number =>
  state._tag === "Draining" || state._tag === "Departed" ? 0 : state.failures

/** Failed attempts in a row of a team that is trying; 0 for one that is connected or has left. */
export const failuresOf = (state: TeamState): number => (state._tag === "Open" ? 0 : failuresBehind(state))
