import type { LogLevel } from "effect"
import { oneOf } from "../../services/settings/texts.ts"
import * as Logging from "../terminal/logging.ts"
import type { Given } from "./option.ts"

const levels = ["trace", "debug", "info", "warn", "error", "none"] as const
type Level = (typeof levels)[number]

const effectLevels: Readonly<Record<Level, LogLevel.LogLevel>> = {
  trace: "Trace",
  debug: "Debug",
  info: "Info",
  warn: "Warn",
  error: "Error",
  none: "None"
}

/** Specs of the flags of a command that logs, and the layer that they ask for. `preset`: the level if none is given. */
export const loggingOf = (preset: Level) => ({
  specs: {
    logFormat: {
      name: "log-format",
      metavar: "FORMAT",
      about: "Form of the log lines on stderr",
      preset: "pretty on a terminal, json otherwise",
      choices: Logging.logFormats,
      read: oneOf(Logging.logFormats)
    },
    logLevel: {
      name: "log-level",
      metavar: "LEVEL",
      about: "Least level that is logged",
      preset,
      choices: levels,
      read: oneOf(levels)
    }
  },
  layer: (format: Given<Logging.LogFormat> | undefined, level: Given<Level> | undefined) =>
    Logging.layer(format?.value, effectLevels[level?.value ?? preset])
})
