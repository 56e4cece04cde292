/**
 * What a name is known for, best first: it gets its look-up before those of the next. `urgent`: the Global connection
 * waits for it. `known`: it was found the last time. `untried`: it was never asked for. `failing`: it was not found.
 */
export const Standing = { urgent: 0, known: 1, untried: 2, failing: 3 } as const

/** Bounds of the look-ups of a process. Times are milliseconds. */
export interface NameBounds {
  /** Look-ups under way at once, by standing: of names of that standing and all below it. */
  readonly places: readonly [urgent: number, known: number, untried: number, failing: number]
  /** Time for which an answer holds. */
  readonly freshFor: number
  /** Time for which a first failure holds. It doubles with each that follows, up to the longest. */
  readonly failedFor: number
  readonly longestFailedFor: number
  /** Names that are remembered. */
  readonly names: number
  /** Addresses that are kept of a name. */
  readonly addresses: number
  /** Time after which a name without a place is asked of the name servers directly. */
  readonly patience: number
  /** Names that are asked of the name servers directly at once. */
  readonly direct: number
  /** Time after which a look-up hangs. */
  readonly hangsAfter: number
}

const share = (count: number, divisor: number) => Math.max(1, Math.floor(count / divisor))

/** Gives the places that a thread pool has. libuv lets look-ups have half of its threads: the rest is for files. */
const placesOf = (poolSize: number): NameBounds["places"] => {
  const all = (poolSize + 1) >> 1
  const teams = Math.max(1, all - share(all, 16))
  return [all, teams, Math.max(1, teams - Math.floor((all * 3) / 16)), share(all, 8)]
}

/** Gives the bounds for a thread pool of that size. */
export const boundsFor = (poolSize: number): NameBounds => ({
  places: placesOf(poolSize),
  freshFor: 5000,
  failedFor: 1000,
  longestFailedFor: 10_000,
  names: 20_000,
  addresses: 16,
  patience: 500,
  direct: 1024,
  hangsAfter: 1000
})
