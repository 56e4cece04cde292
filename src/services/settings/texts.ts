import { ByteSize, type Duration, Option, Redacted, Result, Schema } from "effect"

/**
 * Reads a value from its text; from several texts, where it is given in parts. Fails with what it needs, in words that
 * follow the name of a setting and quote no text: texts may be secrets.
 */
export type Read<A> = (text: string, ...more: ReadonlyArray<string>) => Result.Result<A, string>

/** Any text, kept from every output. */
export const secret: Read<Redacted.Redacted> = (text) => Result.succeed(Redacted.make(text))

const decodeDuration = Schema.decodeOption(Schema.DurationFromString)

/** Complaint about a text or a value that is no duration. */
export const needsDuration = `needs a duration such as "200 millis" or "30 seconds"`

/** A duration in Effect's form, such as `"30 seconds"`. */
export const duration: Read<Duration.Duration> = (text) =>
  Result.fromOption(decodeDuration(text.trim()), () => needsDuration)

const wholeNumber = /^\s*[0-9]{1,15}\s*$/

/** A whole number; NaN for anything else, so that the check of its range can name the range. */
export const number: Read<number> = (text) => Result.succeed(wholeNumber.test(text) ? Number(text) : Number.NaN)

/** A size in bytes: `65536`, `"512 KiB"`, `"1 MiB"`. */
export const size: Read<number> = (text) =>
  wholeNumber.test(text)
    ? Result.succeed(Number(text))
    : ByteSize.fromString(text).pipe(
        Option.flatMap(ByteSize.toNumber),
        Result.fromOption(() => `needs a size in bytes, or one such as "512 KiB" or "1 MiB"`)
      )

/** One of a few words, in any case. */
export const oneOf =
  <const A extends string>(words: ReadonlyArray<A>): Read<A> =>
  (text) =>
    Result.fromNullishOr(
      words.find((word) => word === text.trim().toLowerCase()),
      () => needsOneOf(words)
    )

/** Complains about a text or a value that is none of a few words. */
export const needsOneOf = (words: ReadonlyArray<string>): string => `needs ${listed(words, "or")}`

/** Words with commas, and one before the last: `a, b or c`. */
export const listed = (words: ReadonlyArray<string | number>, before: "and" | "or"): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${before} ${words.at(-1)}`
