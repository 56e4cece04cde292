import type { Struct } from "effect"
import type { Command } from "effect/cli"
import { mapSettings, settings } from "../../services/settings/mapSettings.ts"
import type { Setting } from "../../services/settings/Setting.ts"
import type { Inputs, SettingName } from "../../services/settings/table.ts"
import { flagsOf, type Spec, variableOf } from "./option.ts"

const kebab = (name: string) => name.replaceAll(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)

/** Spec of a setting's flag: `pingInterval` is `--ping-interval`, and a setting in parts has a flag for one part. */
const specOf = <A>(setting: SettingName, is: Setting<A, unknown>): Spec<A> => {
  const name = is.parts?.one ?? kebab(setting)
  const hints = [
    ...(is.form === undefined ? [] : [`: ${is.form}`]),
    ...(is.required ? ["; needed"] : []),
    ...(is.secret ? [`; unseen if given as ${variableOf(name)}`] : []),
    ...(is.parts === undefined ? [] : [`; repeatable (${variableOf(name)}: ${is.parts.example})`])
  ]
  return { ...is, name, about: is.about + hints.join(""), separator: is.parts?.separator }
}

interface SpecOf extends Struct.Lambda {
  readonly "~lambda.in": SettingName
  readonly "~lambda.out": Spec<Inputs[this["~lambda.in"]]>
}

/** Specs of the flags that set a fleet's settings, by the name of the setting. */
export const fleetSpecs = mapSettings<SpecOf>((name) => specOf(name, settings[name]))

/** Flags that set a fleet's settings, by the name of the setting. */
export const fleetFlags = flagsOf(fleetSpecs)

/** Values of these flags. */
export type FleetFlags = Command.Command.Config.Infer<typeof fleetFlags>
