import { parseArgs } from "node:util"
import { Data, Result } from "effect"

/** What was asked for on the command line. */
export interface FuzzOptions {
  /** Kind of input; all if it is not said. */
  readonly kind: string | undefined
  /** Minutes in which seeds are run. */
  readonly minutes: number
  /** The only seed, or where seeds begin. */
  readonly seed: number | undefined
  readonly from: number | undefined
}

/** Error: the command line asks for what there is not. */
export class BadOption extends Data.TaggedError("BadOption")<{ readonly message: string }> {}

const known = {
  kind: { type: "string" },
  minutes: { type: "string" },
  seed: { type: "string" },
  from: { type: "string" }
} as const

const mostSeed = 2 ** 31

const numberOf = (name: string, text: string | undefined, most: number, isWhole: boolean): number | undefined => {
  if (text === undefined) return undefined
  const value = Number(text)
  const isNumber = isWhole ? /^\d+$/.test(text) : /^\d+(\.\d+)?$/.test(text) && value > 0
  if (isNumber && value <= most) return value
  throw new BadOption({ message: `--${name} is ${isWhole ? "a whole number" : "a number over 0"}, at most ${most}` })
}

/** Reads the arguments. `kinds`: names of what can be asked for. */
export const optionsOf = (
  args: ReadonlyArray<string>,
  kinds: ReadonlyArray<string>
): Result.Result<FuzzOptions, BadOption> =>
  Result.try({
    try: () => {
      const { kind, ...numbers } = parseArgs({ args: [...args], options: known }).values
      if (kind !== undefined && !kinds.includes(kind)) {
        throw new BadOption({ message: `--kind is one of ${kinds.join(", ")}` })
      }
      const seed = numberOf("seed", numbers.seed, mostSeed, true)
      if (seed !== undefined && kind === undefined)
        throw new BadOption({ message: "--seed needs the --kind that it is of" })
      return {
        kind,
        seed,
        from: numberOf("from", numbers.from, mostSeed, true),
        minutes: numberOf("minutes", numbers.minutes, 10_000, false) ?? 1
      }
    },
    catch: (error) =>
      error instanceof BadOption
        ? error
        : new BadOption({
            message: `${/'([^']*)'/.exec(String(error))?.[1] ?? "an argument"} is not understood: --minutes N, --kind NAME, --from SEED, --seed SEED`
          })
  })
