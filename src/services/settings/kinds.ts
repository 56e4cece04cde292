import { Duration, Option, Result } from "effect"
import type { About, Setting } from "./Setting.ts"
import * as Texts from "./texts.ts"

/** A duration of at least `min` milliseconds, 1 if left out, and at most a day. Worth its milliseconds. */
export const duration = ({
  min = 1,
  preset,
  ...about
}: About & { readonly preset: Duration.Input & string; readonly min?: number }): Setting<Duration.Input, number> => {
  const range = `from ${Duration.format(Duration.millis(min))} to 1d`
  return {
    ...about,
    preset,
    range,
    metavar: "DURATION",
    read: Texts.duration,
    check: (given = preset) => {
      const parsed = Duration.fromInput(given)
      if (Option.isNone(parsed)) return Result.fail(Texts.needsDuration)
      const millis = Duration.toMillis(parsed.value)
      return millis >= min && millis <= day ? Result.succeed(millis) : Result.fail(`needs a duration ${range}`)
    }
  }
}

const day = Duration.toMillis("1 day")

/** Bounds of a whole number, both included. */
interface Bounds {
  readonly min: number
  readonly max: number
}

const wholeNumber = (preset: number, { max, min }: Bounds) => {
  const range = `from ${min} to ${max}`
  return {
    range,
    check: (given = preset) =>
      Number.isInteger(given) && given >= min && given <= max
        ? Result.succeed(given)
        : Result.fail(`needs a whole number ${range}`)
  }
}

/** A whole number. */
export const count = ({
  max,
  min,
  preset,
  ...about
}: About & Bounds & { readonly preset: number }): Setting<number, number> => ({
  ...about,
  ...wholeNumber(preset, { min, max }),
  preset: String(preset),
  metavar: "NUMBER",
  read: Texts.number
})

/** A number of bytes, written as such or in KiB or MiB. */
export const size = ({
  max,
  min,
  preset,
  ...about
}: About & Bounds & { readonly preset: string }): Setting<number, number> => ({
  ...about,
  ...wholeNumber(Result.getOrThrow(Texts.size(preset)), { min, max }),
  preset,
  metavar: "SIZE",
  form: `bytes, or "512 KiB"`,
  read: Texts.size
})

/** One of a few words. */
export const choice = <const A extends string>({
  choices,
  preset,
  ...about
}: About & { readonly choices: ReadonlyArray<A>; readonly preset: NoInfer<A> }): Setting<A, A> => ({
  ...about,
  preset,
  choices,
  metavar: "WHAT",
  read: Texts.oneOf(choices),
  check: (given = preset) =>
    choices.includes(given) ? Result.succeed(given) : Result.fail(`needs ${Texts.listed(choices, "or")}`)
})

const hostPattern = /^(?:(?:\*\.)?[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(?<port>\d{1,5}))?$/

const isHost = (text: string): boolean => {
  const match = hostPattern.exec(text)
  const port = Number(match?.groups?.["port"] ?? 1)
  return match !== null && port >= 1 && port <= 65_535
}

/** Hosts in lower case: `host`, `host:port` or `*.domain`. Where none are given, `undefined`: `preset` tells its meaning. */
export const hosts = ({
  one,
  ...about
}: About & { readonly one: string; readonly preset: string }): Setting<
  ReadonlyArray<string>,
  ReadonlyArray<string> | undefined
> => ({
  ...about,
  metavar: "HOST",
  parts: { one, separator: /[\s,]+/, example: "a,b" },
  read: (...texts) => Result.succeed(texts),
  check: (given) => {
    const lower = given?.map((host) => host.toLowerCase())
    return lower === undefined || lower.every(isHost)
      ? Result.succeed(lower)
      : Result.fail("needs hosts such as chat.example, chat.example:8080 or *.chat.example, not a URL")
  }
})
