import { Cause, Formatter, Logger, References } from "effect"
import type { Ledger } from "./Ledger.ts"

/** Characters of a text in a line of the log, at most. */
const longest = 4096

/** What an object is as JSON; `undefined` where it cannot be told so: its own code may throw. */
const jsonOf = (value: object | null): string | undefined => {
  try {
    return Formatter.formatJson(value)
  } catch {
    return undefined
  }
}

/** Makes a value one that crosses as JSON, and is not too long. */
const plain = (value: unknown): unknown => {
  if (typeof value === "string") return value.slice(0, longest)
  if (Number.isFinite(value) || typeof value === "boolean") return value
  if (value instanceof Error || typeof value !== "object") return Formatter.format(value).slice(0, longest)
  const json = jsonOf(value)
  if (json === undefined) return Formatter.format(value).slice(0, longest)
  return json.length <= longest ? JSON.parse(json) : json.slice(0, longest)
}

/** Says what is logged, so that the fleet's own logger writes it. */
export const ledgerLogger = (ledger: Ledger): Logger.Logger<unknown, void> =>
  Logger.make(({ cause, fiber, logLevel, message }) => {
    if (logLevel === "All" || logLevel === "None") return
    const fields: Record<string, unknown> = {}
    for (const [key, value] of Object.entries(fiber.getRef(References.CurrentLogAnnotations)))
      fields[key] = plain(value)
    if (cause.reasons.length > 0) fields["cause"] = plain(Cause.pretty(cause))
    const words = Array.isArray(message) ? message : [message]
    ledger.say({ _tag: "Logged", level: logLevel, message: words.map(plain), annotations: fields })
  })
