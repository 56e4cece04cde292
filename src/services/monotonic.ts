import type { Clock } from "effect"

/**
 * Reads the clock that timers run by, which nobody can set, in milliseconds: for what paces and bounds. By the wall clock,
 * which is for what is shown, a step back would stop them for as long as the step.
 */
export const monotonicMillis = (clock: Clock.Clock): number => Number(clock.monotonicTimeNanosUnsafe()) / 1_000_000
