import { Duration, Option, Result } from "effect"
import type { About, Setting } from "./Setting.ts"
import * as Texts from "./texts.ts"

const day = Duration.toMillis("1 day")

/** A duration of at least `min` milliseconds, 1 if left out, and at most a day. Worth its milliseconds. */
export const duration = (
  entry: About & { readonly preset: Duration.Input & string; readonly min?: number }
): Setting<Duration.Input, number> => {
  const { min = 1, preset } = entry
  const range = `from ${Duration.format(Duration.millis(min))} to 1d`
  return {
    ...entry,
    range,
    metavar: "DURATION",
    read: Texts.duration,
    check: (given) => {
      const parsed = Duration.fromInput(given ?? preset)
      if (Option.isNone(parsed)) return Result.fail(Texts.needsDuration)
      const millis = Duration.toMillis(parsed.value)
      return millis >= min && millis <= day ? Result.succeed(millis) : Result.fail(`needs a duration ${range}`)
    }
  }
}

/** Bounds of a whole number, both included. */
interface Bounds {
  readonly min: number
  readonly max: number
}

const wholeNumber = (preset: number, { max, min }: Bounds) => {
  const range = `from ${min} to ${max}`
  return {
    range,
    check: (input?: number) => {
      const given = input ?? preset
      return Number.isInteger(given) && given >= min && given <= max
        ? Result.succeed(given)
        : Result.fail(`needs a whole number ${range}`)
    }
  }
}

/** A whole number. */
export const count = (entry: About & Bounds & { readonly preset: number }): Setting<number, number> => ({
  ...entry,
  ...wholeNumber(entry.preset, entry),
  preset: String(entry.preset),
  metavar: "NUMBER",
  read: Texts.number
})

/** A number of bytes, written as such or in KiB or MiB. */
export const size = (entry: About & Bounds & { readonly preset: string }): Setting<number, number> => ({
  ...entry,
  ...wholeNumber(Result.getOrThrow(Texts.size(entry.preset)), entry),
  metavar: "SIZE",
  form: `bytes, or "512 KiB"`,
  read: Texts.size
})

/** One of a few words. */
export const choice = <const A extends string>(
  entry: About & { readonly choices: ReadonlyArray<A>; readonly preset: NoInfer<A> }
): Setting<A, A> => {
  const { choices, preset } = entry
  return {
    ...entry,
    metavar: "WHAT",
    read: Texts.oneOf(choices),
    check: (input) => {
      const given = input ?? preset
      return choices.includes(given) ? Result.succeed(given) : Result.fail(Texts.needsOneOf(choices))
    }
  }
}

/** A path of a file. Whether it can be used is seen when it is read. */
export const file = (entry: About & { readonly preset: string }): Setting<string, string | undefined> => ({
  ...entry,
  metavar: "FILE",
  read: (text) => Result.succeed(text),
  check: (given) => (given === "" ? Result.fail("needs the path of a file") : Result.succeed(given))
})
