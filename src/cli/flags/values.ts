import { Result } from "effect"
import { number, type Read } from "../../services/settings/texts.ts"

/** Any text. */
export const text: Read<string> = (given) => Result.succeed(given)

/** A whole number from `min` to `max`. */
export const numberBetween =
  (min: number, max: number): Read<number> =>
  (given) =>
    Result.filterOrFail(
      number(given),
      (parsed) => parsed >= min && parsed <= max,
      () => `needs a whole number from ${min} to ${max}`
    )
