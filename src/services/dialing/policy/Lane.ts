/**
 * What is known of a team at a target, best first: it decides who goes before whom, whatever the back-off has counted.
 *
 * - `held`: its last connection there has held.
 * - `fresh`: it was never tried there, or its last connection died young for the first time, as a healthy one may.
 * - `brief`: its connections die young, twice in a row or more.
 * - `lapsed`: its last starts have failed, three at most, and before them a connection held.
 * - `failed`: its last start has failed.
 */
export const Lane = { held: 0, fresh: 1, brief: 2, lapsed: 3, failed: 4 } as const

/** Number of lanes. */
export const laneCount = 5

/** True for a lane of teams whose last start did not fail: they have credit of their own. */
export const isGood = (lane: number): boolean => lane < Lane.lapsed
