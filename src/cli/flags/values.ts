import { Result } from "effect"
import { number, type Read, size } from "../../services/settings/texts.ts"

/** Takes any text. */
export const text: Read<string> = (given) => Result.succeed(given)

/** Reads a whole number from `min` to `max`. */
export const numberBetween =
  (min: number, max: number): Read<number> =>
  (given) =>
    Result.filterOrFail(
      number(given),
      (parsed) => parsed >= min && parsed <= max,
      () => `needs a whole number from ${min} to ${max}`
    )

/** Reads a size of `min` to `max` bytes. `range`: these in words. */
export const sizeBetween =
  (min: number, max: number, range: string): Read<number> =>
  (given) =>
    Result.filterOrFail(
      size(given),
      (parsed) => parsed >= min && parsed <= max,
      () => `needs a size from ${range}`
    )
