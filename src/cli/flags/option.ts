import { Config, Effect, Option, Result } from "effect"
import { CliError, Flag } from "effect/cli"
import type { Read } from "./values.ts"

/** A value, and the place to name if it turns out to be wrong: a flag (`--url`) or a variable (`BOTSWAIN_URL`). */
export interface Given<A> {
  readonly source: string
  readonly value: A
}

/** What a flag is. Its variable is its name in capitals after `BOTSWAIN_`. */
export interface Spec<A> {
  readonly name: string
  /** What stands for the value in the help: `DURATION`. */
  readonly metavar: string
  /** One line of help. */
  readonly about: string
  /** The default, as the help shows it. */
  readonly preset?: string
  /** Where the value is one of a few words. */
  readonly words?: ReadonlyArray<string>
  readonly read: Read<A>
}

/** The environment variable of a flag: `--ping-interval` is `BOTSWAIN_PING_INTERVAL`. */
export const variableOf = (flag: string): string => `BOTSWAIN_${flag.toUpperCase().replaceAll("-", "_")}`

const base = <A>({ about, metavar, name, preset, words }: Spec<A>): Flag.Flag<string> =>
  (words === undefined ? Flag.String(name) : Flag.Literals(name, words)).pipe(
    Flag.withMetavar(metavar),
    Flag.withDescription(preset === undefined ? about : `${about} (default: ${preset})`)
  )

/** The text of the flag's variable; an empty one is none. */
const inherited = (name: string): Effect.Effect<Option.Option<string>> =>
  Effect.orDie(Config.option(Config.String(variableOf(name))))

const accept = <A>(read: Read<A>, source: string, text: string): Effect.Effect<A, CliError.ValidationError> =>
  Result.match(read(text), {
    onSuccess: (value) => Effect.succeed(value),
    onFailure: (problem) => Effect.fail(new CliError.ValidationError({ message: `${source}: ${problem}` }))
  })

/** A flag that may be given once, on the command line or else in the environment. */
export const once = <A>(spec: Spec<A>): Flag.Flag<Given<A> | undefined> =>
  base(spec).pipe(
    Flag.optional,
    Flag.mapEffect(
      Effect.fnUntraced(function* (typed) {
        const [source, text] = Option.isSome(typed)
          ? [`--${spec.name}`, typed]
          : [variableOf(spec.name), yield* inherited(spec.name)]
        if (Option.isNone(text)) return undefined
        return { source, value: yield* accept(spec.read, source, text.value) }
      })
    )
  )

/** A flag that may be repeated; its variable holds all values, with `separator` between them. */
export const repeated = <A>(spec: Spec<A>, separator: RegExp): Flag.Flag<Given<ReadonlyArray<A>> | undefined> =>
  base(spec).pipe(
    Flag.atLeast(0),
    Flag.mapEffect(
      Effect.fnUntraced(function* (typed) {
        const [source, texts] =
          typed.length > 0
            ? [`--${spec.name}`, typed]
            : [variableOf(spec.name), split(yield* inherited(spec.name), separator)]
        if (texts.length === 0) return undefined
        return { source, value: yield* Effect.forEach(texts, (text) => accept(spec.read, source, text)) }
      })
    )
  )

const split = (text: Option.Option<string>, separator: RegExp): ReadonlyArray<string> =>
  Option.match(text, {
    onNone: () => [],
    onSome: (all) =>
      all
        .split(separator)
        .map((part) => part.trim())
        .filter((part) => part !== "")
  })
