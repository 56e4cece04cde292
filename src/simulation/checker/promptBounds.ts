import { lookEvery } from "../../services/dialing/Line.ts"
import { defaults } from "../../services/dialing/policy/DialPolicy.ts"
import { longestPatience } from "../../services/dialing/policy/Flights.ts"
import type { SettingsValues } from "../../services/Settings.ts"
import type { Standing } from "./Attempts.ts"

/** What a team has behind it that waits to be connected, although nothing but the fleet keeps it from that. */
export interface Waiting {
  /** True if an attempt, or the end of a connection, was under way when that began. */
  readonly isBusy: boolean
  /** Failures in a row, as the back-off counts them. */
  readonly failures: number
  /** True if the last ask was in vain. */
  readonly hasAskedInVain: boolean
  /** True if the platform may deny it: then it is tried rarely from the third time on. */
  readonly isDenied: boolean
  readonly standing: Standing
  /** Asks and dials of others that may go before it, which have begun since and come to nothing so far. */
  readonly inVain: number
  /** Longest time that a dial of any team has taken to its first frame, in milliseconds. */
  readonly slowestAnswer: number
}

/** Bounds of the time until a connection is open, in milliseconds of active time. */
export interface PromptBounds {
  readonly teamPrompt: (waiting: Waiting) => number
  readonly globalPrompt: (isBusy: boolean) => number
}

/** One of two canaries is of those that go first; of the others each has its turn. */
const canariesForOne = 2
/**
 * Milliseconds after which a dial that hangs makes room where there is none: twice what answers take, where they are slow. It does
 * with the look that comes after its time, as a canary begins.
 */
const hangsAfter = (slowestAnswer: number): number =>
  Math.max(defaults.slowAfter, Math.min(2 * slowestAnswer, longestPatience)) + lookEvery
/** Denials in a row after which a team is tried rarely. */
const slowAfterDenials = 3
/** Timers are of whole milliseconds, one at least. */
const rounding = 1

/**
 * Derives the bounds. `latency`: the longest one-way latency without faults; `teams`: how many there can be.
 *
 * A team waits for what was under way, which fails by its own bounds (a look-up, an ask, a dial, a close); for its back-off,
 * which is the slow interval only if it has failed its own way there; and for its turn, twice, to ask and to dial. Its turn comes
 * when those before it have had theirs, at the slowest pace and in all the places there are. Where so many fail that a few go
 * in place of all, it waits for two of them if it has not failed itself, and two more for each other of its kind that is tried
 * first and fails; else for its turn among all that fail. And they too wait for one another where there are few places.
 */
export const promptBoundsOf = (settings: SettingsValues, latency: number, teams: number): PromptBounds => {
  const { backoffBase, backoffCap, connectTimeout, dialRate, drainTimeout, maxDials, slowAfter, slowInterval } =
    settings
  const way = latency + rounding
  const roundTrip = 2 * way
  /** Places of dials that are not slow yet. */
  const places = maxDials - Math.floor(maxDials * defaults.slowShare)
  const wait = (failures: number, isDenied: boolean): number => {
    if (failures === 0) return backoffBase
    if (failures >= slowAfter || (isDenied && failures >= slowAfterDenials)) return slowInterval * 1.5
    return Math.min(backoffCap, backoffBase + backoffBase * 2 ** (failures - 1))
  }
  const pace = (teams / Math.min(dialRate, defaults.slowestRate)) * 1_000
  // All places may be taken by dials that hang, and again when as many of those that fail have begun.
  const rounds = teams > maxDials ? 1 + Math.ceil((teams * defaults.turnsBelow) / maxDials) : 0
  const busy = 3 * connectTimeout + drainTimeout + roundTrip
  return {
    teamPrompt: ({ failures, hasAskedInVain, inVain, isBusy, isDenied, slowestAnswer, standing }) => {
      const hanging = hangsAfter(slowestAnswer)
      const canaryEvery = Math.max(defaults.canaryMax + lookEvery, hanging / places)
      const canaries = (count: number) => count * canariesForOne * canaryEvery
      const turn = lookEvery + pace + Math.ceil(teams / maxDials) * roundTrip + canaries(1)
      return (
        (isBusy ? busy : 0) +
        wait(failures, isDenied) +
        2 * turn +
        rounds * hanging +
        canaries(hasAskedInVain ? teams : 0) +
        canaries(standing === "failed" ? teams : 0) +
        // One of its kind has to prove itself before the others follow.
        (standing === "brief" ? defaults.longestProof : 0) +
        canaries(inVain) +
        4 * roundTrip
      )
    },
    globalPrompt: (isBusy) => (isBusy ? busy : 0) + Math.max(backoffCap, backoffBase) + rounding + 2 * roundTrip
  }
}
