import { ByteSize, type Duration, Option, Redacted, Result, Schema } from "effect"
import { listed } from "../terminal/format.ts"

/** Reads the text of a value, or says what it needs, in words that follow the flag's name. Never quotes the text. */
export type Read<A> = (text: string) => Result.Result<A, string>

/** Any text. */
export const text: Read<string> = Result.succeed

/** Any text, kept from every output. */
export const secret: Read<Redacted.Redacted> = (value) => Result.succeed(Redacted.make(value))

const decodeDuration = Schema.decodeOption(Schema.DurationFromString)

/** A duration in Effect's form, such as `"30 seconds"`. */
export const duration: Read<Duration.Duration> = (value) =>
  Result.fromOption(decodeDuration(value.trim()), () => `needs a duration such as "200 millis" or "30 seconds"`)

const wholeNumber = /^\s*[0-9]{1,15}\s*$/

/** A whole number; anything else is NaN, for a reader that checks a range and can name it. */
export const number: Read<number> = (value) => Result.succeed(wholeNumber.test(value) ? Number(value) : Number.NaN)

/** A whole number from `min` to `max`. */
export const numberBetween =
  (min: number, max: number): Read<number> =>
  (value) => {
    const parsed = wholeNumber.test(value) ? Number(value) : Number.NaN
    return parsed >= min && parsed <= max
      ? Result.succeed(parsed)
      : Result.fail(`needs a whole number from ${min} to ${max}`)
  }

/** A size in bytes: `65536`, `"512 KiB"`, `"1 MiB"`. */
export const size: Read<number> = (value) =>
  wholeNumber.test(value)
    ? Result.succeed(Number(value))
    : ByteSize.fromString(value).pipe(
        Option.flatMap(ByteSize.toNumber),
        Result.fromOption(() => `needs a size in bytes, or one such as "512 KiB" or "1 MiB"`)
      )

/** One of a few words. */
export const choice =
  <const A extends string>(words: ReadonlyArray<A>): Read<A> =>
  (value) =>
    Result.fromNullishOr(
      words.find((word) => word === value.trim().toLowerCase()),
      () => `needs ${listed(words, "or")}`
    )

/** A header, `Name: value`. What its parts may hold is checked with the settings. */
export const header: Read<readonly [name: string, value: Redacted.Redacted]> = (value) => {
  const colon = value.indexOf(":")
  return colon < 1
    ? Result.fail(`needs a header such as "X-Fleet: blue"`)
    : Result.succeed([value.slice(0, colon).trim(), Redacted.make(value.slice(colon + 1).trim(), { label: "header" })])
}
