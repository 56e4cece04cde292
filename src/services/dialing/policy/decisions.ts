import type { Candidate } from "./Candidate.ts"

/**
 * End of a start. `opened`: the first frame is there; of an ask: the offer. `local`: our own machine lacks something, and nobody
 * is to blame.
 */
export type DialOutcome = "opened" | "refused" | "timeout" | "local"

/** Limits that are never exceeded. */
export interface DialLimits {
  readonly maxInFlight: number
  /** Starts a second. */
  readonly maxRate: number
}

/** A target that is down to canaries. */
export interface Shut<T> {
  readonly key: string
  /** What its last failed start died of. */
  readonly why: string
  readonly waiters: Iterable<Candidate<T>>
}

/** What follows from the facts at an instant. */
export interface Decisions<T> {
  /** Candidates that start now. */
  readonly start: ReadonlyArray<Candidate<T>>
  /** Candidates that have started, have had to renew their offer, and go on now. */
  readonly resume: ReadonlyArray<Candidate<T>>
  /** Starts that are given up, and count as failed already: they hang, and their place is wanted. */
  readonly giveUp: ReadonlyArray<Candidate<T>>
  /** Candidates that rest after a failure at a target which has got better: their wait is over. */
  readonly wake: ReadonlyArray<Candidate<T>>
  /** Targets that have newly come down to canaries. */
  readonly shut: ReadonlyArray<Shut<T>>
  /** Time to look again, if no fact comes in before; `Infinity` if there is nothing to look for. */
  readonly at: number
}
