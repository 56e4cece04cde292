import { Record, type Struct } from "effect"
import type { Setting } from "./Setting.ts"
import { type Inputs, type SettingName, table, type Values } from "./table.ts"

/** Every setting by its name, with types that a generic name can look up. */
export const settings: { readonly [K in SettingName]: Setting<Inputs[K], Values[K]> } = table

/** Makes a value for each setting from its name. `F` maps a name's type to the type of its value. */
export function mapSettings<F extends Struct.Lambda>(
  make: <K extends SettingName>(name: K) => Struct.Apply<F, K>
): { readonly [K in SettingName]: Struct.Apply<F, K> }
// An overload, because TypeScript cannot see that each key of what a loop makes has the type of that key.
export function mapSettings(make: (name: SettingName) => unknown): Readonly<Record<SettingName, unknown>> {
  return Record.map(table, (_, name) => make(name))
}
