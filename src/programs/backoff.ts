import { Data, Duration, Effect, Random, Schedule } from "effect"
import type { SettingsValues } from "../services/Settings.ts"

/**
 * A session is over. `failures` is how many have failed in a row: 0 after one that was up for the stable time. No `Error`: a
 * team holds it as long as it is on the ladder, and the stack of an error holds the connection that has ended.
 */
export class Disconnected extends Data.TaggedClass("Disconnected")<{
  readonly failures: number
  readonly reason: string
  /** The code that the connection was closed with, where it was. */
  readonly code?: number | undefined
}> {}

/** The steps of a ladder; durations are milliseconds. */
export type BackoffSettings = Pick<SettingsValues, "backoffBase" | "backoffCap" | "slowAfter" | "slowInterval">

/** True for a team that is tried rarely. */
export const isSlow = (settings: BackoffSettings, failures: number): boolean => failures >= settings.slowAfter

/**
 * The wait before the next attempt, in whole milliseconds: random in 0…base after the drop of a stable connection; then
 * `min(cap, base + random(0, base · 2^n))` with n = 0, 1, … after the first, second, … failure in a row; and in the
 * slow lane the slow interval, half of it up or down. Rule: the ladder of the protocol.
 */
export const waitAfter = (settings: BackoffSettings, failures: number): Effect.Effect<number> =>
  Effect.map(Random.next, (random) => Math.round(spread(settings, failures, random)))

/**
 * From here on the range grows no more, so that it stays a number after however many failures. A base of 1 ms reaches twelve
 * days by then, more than any cap that makes sense.
 */
const steepest = 30

const spread = (settings: BackoffSettings, failures: number, random: number): number => {
  const { backoffBase, backoffCap, slowInterval } = settings
  if (failures === 0) return random * backoffBase
  if (isSlow(settings, failures)) return slowInterval * (0.5 + random)
  return Math.min(backoffCap, backoffBase + random * backoffBase * 2 ** Math.min(failures - 1, steepest))
}

/** Recurs for ever, with the waits of {@link waitAfter}. It keeps no count: the sessions carry it. */
export const backoff = (settings: BackoffSettings): Schedule.Schedule<number, Disconnected> =>
  Schedule.fromStep(
    Effect.succeed((_now: number, { failures }: Disconnected) =>
      Effect.map(waitAfter(settings, failures), (wait): [number, Duration.Duration] => [
        failures,
        Duration.millis(wait)
      ])
    )
  )

/** The ladder of the Global connection, which is never left to a slow lane. Rule: protocol row 8. */
export const globalBackoff = (settings: BackoffSettings): Schedule.Schedule<number, Disconnected> =>
  backoff({ ...settings, slowAfter: Infinity })
