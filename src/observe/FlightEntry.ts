import type { Transition } from "../services/TeamRegistry.ts"
import type { StateTag, TeamState } from "../services/TeamState.ts"

/** Rule that chose a wait: the first one after a stable connection, a step of the back-off, or the slow lane. */
export type WaitRule = "stable" | "ladder" | "slow lane"

/** One transition of a team, as it is kept. Times and durations are milliseconds of Effect's clock. */
export interface FlightEntry {
  readonly at: number
  readonly generation: number
  readonly from: StateTag
  readonly to: StateTag
  /** Number of the attempt in a row that this belongs to, from 1; 0 where there is none. */
  readonly attempt: number
  readonly cause: string | undefined
  /** Close code of the connection. */
  readonly code: number | undefined
  /** Wait before the next attempt. */
  readonly wait: number | undefined
  /** Rule that chose the wait. */
  readonly rule: WaitRule | undefined
  /** Time that the connection had been up, where this ended it. */
  readonly lived: number | undefined
  /** Scheme, host and port of the dial that this began. */
  readonly origin: string | undefined
}

/** Characters of a cause that are kept. */
const longestCause = 200

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

/** Copies what is kept of a transition: its states hold sockets and fibers, so none of them is. */
export const entryOf = ({ at, cause, from, generation, to }: Transition): FlightEntry => {
  const waits = to._tag === "Backoff" || to._tag === "SlowRetry" ? to : undefined
  return {
    at,
    generation,
    from: from._tag,
    to: to._tag,
    attempt: attemptOf(to),
    cause: (cause ?? waits?.reason ?? (to._tag === "Waiting" ? to.reason : undefined))?.slice(0, longestCause),
    code: waits?.code,
    wait: waits && Math.max(0, waits.until - at),
    rule: waits && (waits._tag === "SlowRetry" ? "slow lane" : waits.failures === 0 ? "stable" : "ladder"),
    lived: from._tag === "Open" ? Math.max(0, at - from.since) : undefined,
    origin: to._tag === "Dialing" ? to.origin : undefined
  }
}
