import { Layer, Result } from "effect"
import { check, Settings, type SettingsInput, type SettingsValues } from "../../src/services/Settings.ts"
import { Endpoint } from "../../src/wire/Endpoint.ts"

const url = "ws://global.example/global"

/** The defaults, but for what is named. */
export const settingsOf = (input: Partial<SettingsInput> = {}): SettingsValues =>
  Result.getOrThrow(check({ url, ...input }))

/** The same as a Layer. */
export const settings = (input: Partial<SettingsInput> = {}): Layer.Layer<Settings> =>
  Layer.orDie(Settings.layer({ url, ...input }))

export const endpointOf = (text: string): Endpoint => Result.getOrThrow(Endpoint.parse(text))
