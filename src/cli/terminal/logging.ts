import { Cause, Formatter, Layer, Logger, type LogLevel, References } from "effect"
import type { Paint } from "./paint.ts"
import { Screen } from "./Screen.ts"

export const logFormats = ["pretty", "json", "logfmt"] as const
export type LogFormat = (typeof logFormats)[number]

/** Logs to the screen's stderr, above its block. Without a format: pretty on a terminal, json otherwise. */
export const layer = (format: LogFormat | undefined, level: LogLevel.LogLevel): Layer.Layer<never, never, Screen> => {
  const logger = Screen.useSync((screen) => {
    const lines = formatters[format ?? (screen.live ? "pretty" : "json")](screen.paint.stderr)
    return Logger.map(lines, screen.log)
  })
  return Layer.merge(Logger.layer([logger]), Layer.succeed(References.MinimumLogLevel, level))
}

const formatters: Readonly<Record<LogFormat, (paint: Paint) => Logger.Logger<unknown, string>>> = {
  pretty: (paint) => pretty(paint),
  json: () => Logger.formatJson,
  logfmt: () => Logger.formatLogFmt
}

/** One line for people: `05:16:03.120 WARN  team 7 is back  attempts=2`; a cause follows on lines of its own. */
export const pretty = (paint: Paint): Logger.Logger<unknown, string> =>
  Logger.make(({ cause, date, fiber, logLevel, message }) => {
    const parts = (Array.isArray(message) ? message : [message]).map(escaped)
    const annotations = Object.entries(fiber.getRef(References.CurrentLogAnnotations)).map(
      ([key, value]) => `${key}=${escaped(value)}`
    )
    const line = [
      paint.dim(date.toISOString().slice(11, 23)),
      colorOf(paint, logLevel)(logLevel.toUpperCase().padEnd(5)),
      parts.join(" "),
      ...(annotations.length === 0 ? [] : [paint.dim(annotations.join(" "))])
    ].join(" ")
    return cause.reasons.length === 0 ? line : `${line}\n${Cause.pretty(cause)}`
  })

const colorOf = (paint: Paint, level: LogLevel.LogLevel) => {
  if (level === "Fatal" || level === "Error") return paint.red
  if (level === "Warn") return paint.yellow
  return level === "Info" ? paint.green : paint.dim
}

/** Escapes control characters: what servers send may be quoted in a log, and must not move the cursor. */
const escaped = (value: unknown): string =>
  (typeof value === "string" ? value : Formatter.format(value)).replaceAll(
    /[\u0000-\u001f\u007f-\u009f]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`
  )
