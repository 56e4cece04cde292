import type { LogLevel } from "effect"
import { logFormats } from "../terminal/logging.ts"
import { once } from "./option.ts"
import * as Values from "./values.ts"

const levels = ["trace", "debug", "info", "warn", "error", "none"] as const

/** Effect's name of a level. */
export const levelOf: Readonly<Record<(typeof levels)[number], LogLevel.LogLevel>> = {
  trace: "Trace",
  debug: "Debug",
  info: "Info",
  warn: "Warn",
  error: "Error",
  none: "None"
}

/** The flags of every command that logs. `preset` is the level where none is given. */
export const loggingFlags = (preset: (typeof levels)[number]) => ({
  format: once({
    name: "log-format",
    metavar: "FORMAT",
    about: "Form of the log lines on stderr",
    preset: "pretty on a terminal, json otherwise",
    words: logFormats,
    read: Values.choice(logFormats)
  }),
  level: once({
    name: "log-level",
    metavar: "LEVEL",
    about: "Least level that is logged",
    preset,
    words: levels,
    read: Values.choice(levels)
  })
})
