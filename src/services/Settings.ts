import { Context, Data, Effect, Layer, Result, type Struct } from "effect"
import type { Endpoint } from "../wire/Endpoint.ts"
import { authorized, hasAuthorization } from "./settings/handshake.ts"
import { mapSettings, settings } from "./settings/mapSettings.ts"
import type { Inputs, SettingName, Table, Values } from "./settings/table.ts"

// Mapped by `as` over all keys, so that each field keeps the doc comment of its entry.
type Needed = {
  readonly [K in keyof Inputs as Table[K] extends { readonly required: true } ? K : never]: Inputs[K]
}
type Optional = { readonly [K in keyof Inputs as K extends keyof Needed ? never : K]?: Inputs[K] | undefined }

/**
 * Settings as users give them. Durations are in Effect's form (`"200 millis"`), from 1 milli to 1 day where nothing else
 * is said; what is left out has its default.
 */
export interface SettingsInput extends Needed, Optional {}

/** Settings that have been checked. Durations are milliseconds. */
export interface SettingsValues extends Omit<Values, "url" | "token" | "headers"> {
  /** The Global connection. */
  readonly endpoint: Endpoint
  /** Headers of the Global handshake, the token's among them. */
  readonly headers: Values["headers"]
}

/** Action when the server says goodbye. Rule: protocol row 9. */
export type OnGoodbye = SettingsValues["onGoodbye"]

/** A setting that cannot be used. Names the setting and what is wrong with it; never quotes a secret. */
export class BadSetting extends Data.TaggedError("BadSetting")<{
  readonly setting: keyof SettingsInput
  readonly problem: string
}> {
  override get message() {
    return `${this.setting}: ${this.problem}`
  }
}

const bad = (setting: SettingName) => (problem: string) => new BadSetting({ setting, problem })

interface CheckOf extends Struct.Lambda {
  readonly "~lambda.in": SettingName
  readonly "~lambda.out": Result.Result<Values[this["~lambda.in"]], BadSetting>
}

/** Checks each setting by itself. */
const checkEach = (input: { readonly [K in SettingName]?: Inputs[K] | undefined }) =>
  Result.all(mapSettings<CheckOf>((name) => Result.mapError(settings[name].check(input[name]), bad(name))))

/** Checks settings, each by itself and then those that need each other. Fails with the first that cannot be used. */
export const check = (input: SettingsInput): Result.Result<SettingsValues, BadSetting> =>
  Result.gen(function* () {
    const { token, url: endpoint, ...rest } = yield* checkEach(input)
    if (rest.backoffCap < rest.backoffBase) {
      return yield* Result.fail(bad("backoffCap")("needs a duration no shorter than backoffBase"))
    }
    if (hasAuthorization(rest.teamHeaders)) {
      return yield* Result.fail(
        bad("teamHeaders")("may have no Authorization, since the server chooses the teams' hosts")
      )
    }
    if (rest.tlsCert !== undefined && rest.tlsKey === undefined) {
      return yield* Result.fail(bad("tlsCert")("needs tlsKey too"))
    }
    if (rest.tlsKey !== undefined && rest.tlsCert === undefined) {
      return yield* Result.fail(bad("tlsKey")("needs tlsCert too"))
    }
    const headers = yield* Result.mapError(authorized(rest.headers, token), bad("headers"))
    return { ...rest, endpoint, headers }
  })

/** Checked settings of the fleet. The layer fails on the first that cannot be used. */
export class Settings extends Context.Service<Settings, SettingsValues>()("botswain/services/Settings") {
  static readonly layer = (input: SettingsInput): Layer.Layer<Settings, BadSetting> =>
    Layer.effect(Settings, Effect.fromResult(check(input)))
}
