import { Effect } from "effect"
import { Command } from "effect/cli"
import { loggingOf } from "../flags/logging.ts"
import { flagsOf, once } from "../flags/option.ts"
import { numberFlag, textFlag } from "../flags/preset.ts"
import { text } from "../flags/values.ts"

const logging = loggingOf("info")

const flags = {
  host: textFlag({
    name: "host",
    metavar: "ADDRESS",
    about: "Address to listen on; 0.0.0.0 lets other computers in",
    preset: "127.0.0.1"
  }),
  port: numberFlag({
    name: "port",
    about: "Port to listen on; 0 is any that is free",
    preset: 8080,
    min: 0,
    max: 65_535
  }),
  teams: numberFlag({ name: "teams", about: "Teams that join", preset: 12, min: 0, max: 100_000 }),
  messagesPerSecond: numberFlag({
    name: "messages-per-second",
    about: "Messages of all teams together, on average",
    preset: 10,
    min: 0,
    max: 100_000
  }),
  seed: once({
    name: "seed",
    metavar: "TEXT",
    about: "The same seed is the same talk, comings and goings",
    preset: "as chance has it",
    read: text
  }),
  ...flagsOf(logging.specs)
}

/** Command `botswain rehearse`: runs a server to try clients on, until a signal. */
export const rehearse = Command.make(
  "rehearse",
  flags,
  Effect.fnUntraced(function* ({ logFormat, logLevel, seed, ...options }) {
    const { serve } = yield* Effect.promise(() => import("../rehearse/serve.ts"))
    yield* serve({ ...options, seed: seed?.value }).pipe(Effect.provide(logging.layer(logFormat, logLevel)))
  })
).pipe(
  Command.withShortDescription("Have a server to try clients on"),
  Command.withDescription(
    "Runs the server of the protocol, with made-up teams that join, talk, leave and come back, and keeps a tally of\n" +
      "  what it said and saw. On Ctrl-C it says goodbye to its client and prints the tally."
  ),
  Command.withExamples([
    { command: "botswain rehearse", description: "Twelve teams, on ws://127.0.0.1:8080/global" },
    { command: "botswain rehearse --port 0 --teams 500 --messages-per-second 2000 --seed 7", description: "A crowd" }
  ])
)
