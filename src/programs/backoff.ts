import { Data, Duration, Effect, Random, Schedule } from "effect"
import { heldAfter } from "../services/dialing/policy/tuning.ts"
import type { SettingsValues } from "../services/Settings.ts"

/**
 * A connection has ended, or could not be made. `failures` counts those that have failed in a row: 0 after one that was up
 * for the stable time. Not an `Error`: a team holds it as long as it waits, and the stack of an error holds the connection.
 */
export class Disconnected extends Data.TaggedClass("Disconnected")<{
  readonly failures: number
  readonly reason: string
  /** The code that the connection was closed with, where it was. */
  readonly code?: number | undefined
  /** Time since which the platform denies the team, in milliseconds of the monotonic clock, where that is why there is none. */
  readonly deniedSince?: number | undefined
}> {}

/** Settings of the back-off; durations are milliseconds. */
export type BackoffSettings = Pick<SettingsValues, "backoffBase" | "backoffCap" | "slowAfter" | "slowInterval">

/**
 * Counts the end of a connection that has lived so many milliseconds: it was no failure if it was stable, and one that has
 * held never sends its team to the slow lane, since its next dial is likely to get through.
 */
export const failuresAfter = (
  { slowAfter, stableAfter }: Pick<SettingsValues, "slowAfter" | "stableAfter">,
  failures: number,
  lived: number
): number => {
  if (lived >= stableAfter) return 0
  return lived >= heldAfter ? Math.min(failures + 1, slowAfter - 1) : failures + 1
}

/** Denials in a row after which a team is tried rarely: not after the first, which may be of another cause. */
const slowAfterDenials = 3

/** What the waits depend on of the end of a connection. */
type Lost = Pick<Disconnected, "deniedSince" | "failures">

/** True for a team that is tried rarely: many attempts of it have failed, or the platform denies it. */
export const isSlow = ({ slowAfter }: BackoffSettings, { deniedSince, failures }: Lost): boolean =>
  failures >= slowAfter || (deniedSince !== undefined && failures >= slowAfterDenials)

/**
 * Draws the wait before the next attempt, in whole milliseconds: random in 0…base after the drop of a stable connection; then
 * `min(cap, base + random(0, base · 2^n))` with n = 0, 1, … after the first, second, … failure in a row; and in the
 * slow lane the slow interval, half of it up or down. Rule: the ladder of the protocol.
 */
export const waitAfter = (settings: BackoffSettings, lost: Lost): Effect.Effect<number> =>
  Effect.map(Random.next, (random) => Math.round(spread(settings, lost, random)))

/**
 * Doublings of the range, at most, so that it stays a number after however many failures. A base of 1 ms reaches twelve days
 * by then, more than any cap that makes sense.
 */
const mostDoublings = 30

const spread = (settings: BackoffSettings, lost: Lost, random: number): number => {
  const { backoffBase, backoffCap, slowInterval } = settings
  const { failures } = lost
  if (failures === 0) return random * backoffBase
  if (isSlow(settings, lost)) return slowInterval * (0.5 + random)
  return Math.min(backoffCap, backoffBase + random * backoffBase * 2 ** Math.min(failures - 1, mostDoublings))
}

/** Recurs for ever, with the waits of {@link waitAfter}. It keeps no count: the failures carry it. */
export const backoff = (settings: BackoffSettings): Schedule.Schedule<number, Disconnected> =>
  Schedule.fromStep(
    Effect.succeed((_now: number, lost: Disconnected) =>
      Effect.map(waitAfter(settings, lost), (wait): [number, Duration.Duration] => [
        lost.failures,
        Duration.millis(wait)
      ])
    )
  )

/** Recurs for ever for the Global connection, which is never left to a slow lane. Rule: protocol row 8. */
export const globalBackoff = (settings: BackoffSettings): Schedule.Schedule<number, Disconnected> =>
  backoff({ ...settings, slowAfter: Infinity })
