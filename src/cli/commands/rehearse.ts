import { Effect } from "effect"
import { Command } from "effect/cli"
import { levelOf, loggingFlags } from "../flags/logging.ts"
import { once } from "../flags/option.ts"
import { numberBetween, text } from "../flags/values.ts"
import * as Logging from "../terminal/logging.ts"

const flags = {
  host: once({
    name: "host",
    metavar: "ADDRESS",
    about: "Address to listen on; 0.0.0.0 lets other computers in",
    preset: "127.0.0.1",
    read: text
  }),
  port: once({
    name: "port",
    metavar: "NUMBER",
    about: "Port to listen on; 0 is any that is free",
    preset: "8080",
    read: numberBetween(0, 65_535)
  }),
  teams: once({
    name: "teams",
    metavar: "NUMBER",
    about: "Teams that join",
    preset: "12",
    read: numberBetween(0, 100_000)
  }),
  messagesPerSecond: once({
    name: "messages-per-second",
    metavar: "NUMBER",
    about: "Messages of all teams together, on average",
    preset: "10",
    read: numberBetween(0, 100_000)
  }),
  seed: once({
    name: "seed",
    metavar: "TEXT",
    about: "The same seed is the same talk, comings and goings",
    preset: "as chance has it",
    read: text
  }),
  logging: loggingFlags("info")
}

/** `botswain rehearse`: a server to try clients on, until a signal. */
export const rehearse = Command.make(
  "rehearse",
  flags,
  Effect.fnUntraced(function* ({ host, logging, messagesPerSecond, port, seed, teams }) {
    const { serve } = yield* Effect.promise(() => import("../rehearse/serve.ts"))
    yield* serve({
      host: host?.value ?? "127.0.0.1",
      port: port?.value ?? 8080,
      teams: teams?.value ?? 12,
      messagesPerSecond: messagesPerSecond?.value ?? 10,
      seed: seed?.value
    }).pipe(Effect.provide(Logging.layer(logging.format?.value, levelOf[logging.level?.value ?? "info"])))
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
