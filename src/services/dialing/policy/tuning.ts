/** Constants of the policy. Times are milliseconds, and rates starts a second. docs/dialing.md says what each was tried against. */
export interface DialTuning {
  /** Starts of each lane that may be lost before a target is down to canaries. */
  readonly credit: ReadonlyArray<number>
  /** Credit that a success earns its lane and all better ones. */
  readonly gain: ReadonlyArray<number>
  /** Credit that a first frame earns while it must still prove itself: newcomers need not wait for the proof. */
  readonly gainUnproved: number
  /** Failures in a row after which it no more matters that a team has held before. */
  readonly lapses: number
  /** Age at which a connection has held. One that dies younger is struck; two in a row are no chance. */
  readonly heldAfter: number
  /** Longest time for which connections of a target where many die young must live to count. */
  readonly longestProof: number
  /** Time from which on a start without an outcome is slow, and moves to a budget of its own. */
  readonly slowAfter: number
  /** Share of the places in flight that slow starts have. */
  readonly slowShare: number
  /** Pace of a target that nothing is known of; never below `slowestRate` while a lane has credit. */
  readonly firstRate: number
  readonly slowestRate: number
  /** Growth of the pace in a round in which all went well. */
  readonly growth: number
  /** Shortest round after which a pace is judged; it is also the time that starts are let go for together. */
  readonly round: number
  /** Wait for the next canary: this share of the time for which the target has been down, within bounds. */
  readonly canaryShare: number
  readonly canaryMin: number
  readonly canaryMax: number
  /** Canaries a second of all targets together. */
  readonly fleetCanaries: number
  /** Share of the starts that worse lanes keep while better ones wait: it tells load from teams that always fail. */
  readonly turnsBelow: number
  /** Time for which nobody starts at a target after our own machine has lacked something there. */
  readonly pause: number
}

/**
 * Milliseconds that a connection must live to have held: the server takes it, and did not merely say so. Rule: the ladder of the
 * protocol, what is a success.
 */
export const heldAfter = 3_000

export const defaults: DialTuning = {
  // An outage is seen for 60 starts of a lane. A success share of 1 in 20 keeps a lane open; of those that have failed, 1 in 5.
  credit: [60, 100, 60, 0, 0],
  gain: [20, 20, 20, 20, 4],
  gainUnproved: 2,
  lapses: 3,
  heldAfter,
  longestProof: 10_000,
  slowAfter: 1_000,
  slowShare: 1 / 4,
  firstRate: 100,
  slowestRate: 20,
  // Never 1.5 times what the target has shown to bear.
  growth: 1.4,
  round: 50,
  // One a second misses the floor of a fill after short outages; more than that costs too much in long ones.
  canaryShare: 1 / 40,
  canaryMin: 250,
  canaryMax: 1_000,
  fleetCanaries: 20,
  turnsBelow: 1 / 8,
  pause: 1_000
}

/** What differs for asks: each is a frame on a connection that is there. */
export const ofAsks: Partial<DialTuning> = { firstRate: 500 }
