import type { Transition } from "../services/TeamRegistry.ts"
import type { TeamState } from "../services/TeamState.ts"

/** The rule that a wait was chosen by: after a stable connection, a step of the ladder, or the slow lane. */
export type WaitRule = "stable" | "ladder" | "slow lane"

/** One transition of a team. Times and durations are milliseconds of Effect's clock. */
export interface FlightEntry {
  readonly at: number
  readonly generation: number
  readonly from: TeamState["_tag"]
  readonly to: TeamState["_tag"]
  /** Which attempt in a row this belongs to, from 1; 0 where there is none. */
  readonly attempt: number
  readonly cause: string | undefined
  /** The code that the connection was closed with. */
  readonly code: number | undefined
  /** The wait that was chosen, and by which rule. */
  readonly wait: number | undefined
  readonly rule: WaitRule | undefined
  /** How long the connection had been up, where this ended it. */
  readonly lived: number | undefined
  /** Scheme, host and port of the dial that this began. */
  readonly origin: string | undefined
}

/** Characters of one text. */
const longestText = 200

const attemptOf = (state: TeamState): number => {
  switch (state._tag) {
    case "Waiting":
    case "Asking":
    case "Dialing":
    case "Open":
      return state.failures + 1
    case "Backoff":
    case "SlowRetry":
      return Math.max(1, state.failures)
    case "Draining":
    case "Departed":
      return 0
  }
}

/** A transition as it is kept: its states hold sockets and fibers, so none of them is. */
export const entryOf = ({ at, cause, from, generation, to }: Transition): FlightEntry => {
  const waits = to._tag === "Backoff" || to._tag === "SlowRetry" ? to : undefined
  return {
    at,
    generation,
    from: from._tag,
    to: to._tag,
    attempt: attemptOf(to),
    cause: (cause ?? waits?.reason ?? (to._tag === "Waiting" ? to.reason : undefined))?.slice(0, longestText),
    code: waits?.code,
    wait: waits && Math.max(0, waits.until - at),
    rule: waits && (waits._tag === "SlowRetry" ? "slow lane" : waits.failures === 0 ? "stable" : "ladder"),
    lived: from._tag === "Open" ? at - from.since : undefined,
    origin: to._tag === "Dialing" ? to.origin : undefined
  }
}
