import { Config, Effect, Option, Redacted } from "effect"
import type { CliError } from "effect/cli"
import { type ProxyInput, parseProxy } from "../../services/settings/proxy.ts"
import type { Inputs } from "../../services/settings/table.ts"
import { badValue, type Given } from "./option.ts"

const inherited = (name: string) =>
  Effect.map(Effect.orDie(Config.option(Config.String(name))), (text) =>
    Option.getOrUndefined(Option.filter(text, (value) => value.trim() !== ""))
  )

/** A variable that other programs read too, in small letters or in capitals: the small ones win, as they do in curl. */
const variable = Effect.fnUntraced(function* (capitals: string) {
  for (const name of [capitals.toLowerCase(), capitals]) {
    const text = yield* inherited(name)
    if (text !== undefined) return { name, text }
  }
  return undefined
})

const proxyVariable = Effect.fnUntraced(function* (capitals: string) {
  const found = yield* variable(capitals)
  if (found === undefined) return undefined
  const url = Redacted.make(found.text)
  yield* Effect.mapError(Effect.fromResult(parseProxy(url)), (problem) => badValue(found.name, problem))
  return url
})

/** Proxies that were given, or else those of `HTTPS_PROXY` and `HTTP_PROXY`; and the exceptions of `NO_PROXY`. */
export const proxyInput = Effect.fnUntraced(function* (
  given: Given<Inputs["proxy"]> | undefined
): Effect.fn.Return<ProxyInput | undefined, CliError.ValidationError> {
  const except = (yield* variable("NO_PROXY"))?.text
  if (given !== undefined) {
    const { value } = given
    return typeof value === "string" || Redacted.isRedacted(value) ? { all: value, except } : value
  }
  const wss = yield* proxyVariable("HTTPS_PROXY")
  const ws = yield* proxyVariable("HTTP_PROXY")
  return ws === undefined && wss === undefined ? undefined : { ws, wss, except }
})
