import { Effect } from "effect"
import { CliError, type Command } from "effect/cli"
import { type BadSetting, check, type SettingsInput, type SettingsValues } from "../../services/Settings.ts"
import type { fleetFlags } from "./fleet.ts"

/** What was given for the flags of a fleet. */
export type FleetFlags = Command.Command.Config.Infer<typeof fleetFlags>

const irregular: Partial<Record<keyof SettingsInput, string>> = { headers: "--header", allowHosts: "--allow-host" }

/** The flag of a setting: `pingInterval` is `--ping-interval`. */
export const flagOf = (setting: keyof SettingsInput): string =>
  irregular[setting] ?? `--${setting.replaceAll(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`

/** A fleet's settings from its flags, checked. Fails with one line that names the flag, or the variable, to change. */
export const fleetSettings = (given: FleetFlags): Effect.Effect<SettingsValues, CliError.NonShowHelpErrors> =>
  Effect.gen(function* () {
    if (given.url === undefined) return yield* new CliError.MissingOption({ option: "url" })
    const input: SettingsInput = {
      url: given.url.value,
      token: given.token?.value,
      headers: given.headers && Object.fromEntries(given.headers.value),
      pingInterval: given.pingInterval?.value,
      pongTimeout: given.pongTimeout?.value,
      connectTimeout: given.connectTimeout?.value,
      drainTimeout: given.drainTimeout?.value,
      backoffBase: given.backoffBase?.value,
      backoffCap: given.backoffCap?.value,
      stableAfter: given.stableAfter?.value,
      slowAfter: given.slowAfter?.value,
      slowInterval: given.slowInterval?.value,
      maxDials: given.maxDials?.value,
      dialRate: given.dialRate?.value,
      maxFrame: given.maxFrame?.value,
      allowHosts: given.allowHosts?.value,
      onGoodbye: given.onGoodbye?.value,
      rememberDeparted: given.rememberDeparted?.value
    }
    return yield* Effect.mapError(Effect.fromResult(check(input)), (error) => inWordsOfFlags(given, error))
  })

const inWordsOfFlags = (given: FleetFlags, { problem, setting }: BadSetting): CliError.ValidationError => {
  const words = problem.replaceAll(/\b[a-z]+[A-Z]\w*/g, (word) => (isSetting(given, word) ? flagOf(word) : word))
  return new CliError.ValidationError({ message: `${given[setting]?.source ?? flagOf(setting)}: ${words}` })
}

const isSetting = (given: FleetFlags, word: string): word is keyof SettingsInput => Object.hasOwn(given, word)
