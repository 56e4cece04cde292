import { Cause, Effect, Formatter, Layer, Logger, type LogLevel, References } from "effect"
import { Screen } from "./Screen.ts"
import { dim, green, linesOf, red, type Text, yellow } from "./Text.ts"

export const logFormats = ["pretty", "json", "logfmt"] as const
export type LogFormat = (typeof logFormats)[number]

/** Logs to the screen's stderr, above its block. Without a format: pretty on a terminal, json otherwise. */
export const layer = (format: LogFormat | undefined, level: LogLevel.LogLevel): Layer.Layer<never, never, Screen> =>
  Layer.provideMerge(
    Layer.effectDiscard(Effect.forkScoped(tellGaps)),
    Layer.merge(loggerOf(format), Layer.succeed(References.MinimumLogLevel, level))
  )

const loggerOf = (format: LogFormat | undefined): Layer.Layer<never, never, Screen> =>
  Logger.layer([
    Screen.useSync((screen) => Logger.map(formatters[format ?? (screen.live ? "pretty" : "json")], screen.log))
  ])

/** Logs for people, in a command that has no flags for its log. */
export const layerPretty: Layer.Layer<never, never, Screen> = Layer.suspend(() => loggerOf("pretty"))

/** Tells lines that were dropped, once there is room for that. */
const tellGaps: Effect.Effect<never, never, Screen> = Screen.use((screen) =>
  Effect.sync(screen.gap).pipe(
    Effect.flatMap((lines) =>
      lines === 0
        ? Effect.void
        : Effect.annotateLogs(Effect.logWarning("lines of output were dropped: nobody took them in time"), { lines })
    ),
    Effect.andThen(Effect.sleep("1 second")),
    Effect.forever
  )
)

/** One line for people: `05:16:03.120 WARN  team 7 is back  attempts=2`; a cause follows on lines of its own. */
export const pretty: Logger.Logger<unknown, ReadonlyArray<Text>> = Logger.make(
  ({ cause, date, fiber, logLevel, message }) => {
    const parts = (Array.isArray(message) ? message : [message]).map(textOf)
    const annotations = Object.entries(fiber.getRef(References.CurrentLogAnnotations)).map(
      ([key, value]) => `${key}=${textOf(value)}`
    )
    const line = [
      dim(date.toISOString().slice(11, 23)),
      " ",
      colorOf(logLevel)(logLevel.toUpperCase().padEnd(5)),
      ` ${parts.join(" ")}`,
      ...(annotations.length === 0 ? [] : [" ", dim(annotations.join(" "))])
    ]
    // Indented, so that no line of a cause can be taken for one of the log.
    return cause.reasons.length === 0 ? [line] : [line, ...linesOf(Cause.pretty(cause)).map((text) => ["  ", text])]
  }
)

const colorOf = (level: LogLevel.LogLevel) => {
  if (level === "Fatal" || level === "Error") return red
  if (level === "Warn") return yellow
  return level === "Info" ? green : dim
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : Formatter.format(value))

const inOneLine = (logger: Logger.Logger<unknown, string>) => Logger.map(logger, (line) => [line])

const formatters: Readonly<Record<LogFormat, Logger.Logger<unknown, ReadonlyArray<Text>>>> = {
  pretty,
  json: inOneLine(Logger.formatJson),
  logfmt: inOneLine(Logger.formatLogFmt)
}
