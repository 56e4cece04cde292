import { Config, Effect, Option, Struct } from "effect"
import { CliError, Flag } from "effect/cli"
import type { Written } from "../../services/settings/Setting.ts"

/** Value, and the place to name if it turns out to be wrong: a flag (`--url`) or a variable (`BOTSWAIN_URL`). */
export interface Given<A> {
  readonly source: string
  readonly value: A
}

/** Spec of a flag. Its environment variable is its name in capitals after `BOTSWAIN_`. */
export interface Spec<A> extends Written<A> {
  readonly name: string
  /** For a flag that may be repeated: what stands between two values in its variable. */
  readonly separator?: RegExp | undefined
}

/** Names the environment variable of a flag: `BOTSWAIN_PING_INTERVAL` for `ping-interval`. */
export const variableOf = (flag: string): string => `BOTSWAIN_${flag.toUpperCase().replaceAll("-", "_")}`

/** Error of a value that cannot be used. `source`: the flag or the variable to change; `problem` quotes no value. */
export const badValue = (source: string, problem: string): CliError.ValidationError =>
  new CliError.ValidationError({ message: `${source}: ${problem}` })

/** Makes a flag that may be given once, on the command line or else in the environment. */
export const once = <A>(spec: Spec<A>): Flag.Flag<Given<A> | undefined> =>
  orInherited(spec, Flag.map(Flag.optional(textFlag(spec)), Option.toArray))

const repeated = <A>(spec: Spec<A>): Flag.Flag<Given<A> | undefined> =>
  orInherited(spec, Flag.atLeast(textFlag(spec), 0))

interface FlagOf extends Struct.Lambda {
  <A>(spec: Spec<A>): Flag.Flag<Given<A> | undefined>
  readonly "~lambda.out": this["~lambda.in"] extends Spec<infer A> ? Flag.Flag<Given<A> | undefined> : never
}

/** Makes a flag of each spec, by the same keys: it may be given once, or be repeated if it has a separator. */
export const flagsOf = Struct.map(
  Struct.lambda<FlagOf>((spec) => (spec.separator === undefined ? once(spec) : repeated(spec)))
)

const textFlag = <A>({ about, choices, metavar, name, preset }: Spec<A>): Flag.Flag<string> =>
  (choices === undefined ? Flag.String(name) : Flag.Literals(name, choices)).pipe(
    Flag.withMetavar(metavar),
    Flag.withDescription(preset === undefined ? about : `${about} (default: ${preset})`)
  )

/** Reads what was typed for a flag, or else its variable. */
const orInherited = <A>(spec: Spec<A>, typed: Flag.Flag<ReadonlyArray<string>>): Flag.Flag<Given<A> | undefined> =>
  Flag.mapEffect(
    typed,
    Effect.fnUntraced(function* (typedTexts) {
      const [source, [text, ...more]] =
        typedTexts.length > 0 ? [`--${spec.name}`, typedTexts] : [variableOf(spec.name), yield* inherited(spec)]
      if (text === undefined) return undefined
      const value = yield* Effect.mapError(Effect.fromResult(spec.read(text, ...more)), (problem) =>
        badValue(source, problem)
      )
      return { source, value }
    })
  )

/** Texts of a flag's variable: none where it is empty. */
const inherited = <A>({ name, separator }: Spec<A>): Effect.Effect<ReadonlyArray<string>> =>
  Effect.orDie(Config.option(Config.String(variableOf(name)))).pipe(
    Effect.map(Option.toArray),
    Effect.map((texts) => (separator === undefined ? texts : texts.flatMap((text) => split(text, separator))))
  )

const split = (text: string, separator: RegExp): ReadonlyArray<string> =>
  text
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== "")
