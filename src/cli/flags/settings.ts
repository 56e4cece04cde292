import { Effect, Struct } from "effect"
import { CliError } from "effect/cli"
import { type BadSetting, check, type SettingsInput, type SettingsValues } from "../../services/Settings.ts"
import { type FleetFlags, fleetSpecs } from "./fleet.ts"
import { badValue, type Given } from "./option.ts"
import { proxyInput } from "./proxy.ts"

/** Names the flag of a setting: `--ping-interval` for `pingInterval`. */
export const flagOf = (setting: keyof SettingsInput): string => `--${fleetSpecs[setting].name}`

interface ValueOf extends Struct.Lambda {
  <A>(given: Given<A> | undefined): A | undefined
  readonly "~lambda.out": this["~lambda.in"] extends Given<infer A> | undefined ? A | undefined : never
}

const values = Struct.map(Struct.lambda<ValueOf>((given) => given?.value))

/** Checks the settings that a fleet's flags give. Fails with a line that names the flag, or the variable, to change. */
export const fleetSettings = (given: FleetFlags): Effect.Effect<SettingsValues, CliError.NonShowHelpErrors> =>
  Effect.gen(function* () {
    if (given.url === undefined) return yield* new CliError.MissingOption({ option: "url" })
    const proxy = yield* proxyInput(given.proxy)
    const checked = check({ ...values(given), proxy, url: given.url.value })
    return yield* Effect.mapError(Effect.fromResult(checked), (error) => inWordsOfFlags(given, error))
  })

/** Words a setting that cannot be used as the flag, or the variable, to change. */
export const inWordsOfFlags = (given: FleetFlags, { problem, setting }: BadSetting): CliError.ValidationError => {
  const words = problem.replaceAll(/\b[a-z]+[A-Z]\w*/g, (word) => (isSetting(word) ? flagOf(word) : word))
  return badValue(given[setting]?.source ?? flagOf(setting), words)
}

const isSetting = (word: string): word is keyof SettingsInput => Object.hasOwn(fleetSpecs, word)
