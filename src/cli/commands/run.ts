import { Effect } from "effect"
import { Command } from "effect/cli"
import { adminPlan, adminSpecs } from "../flags/admin.ts"
import { botPlan, botSpecs } from "../flags/bot.ts"
import { fleetSpecs } from "../flags/fleet.ts"
import { asInvalid } from "../flags/invalid.ts"
import { loggingOf } from "../flags/logging.ts"
import { flagsOf } from "../flags/option.ts"
import { fleetSettings, inWordsOfFlags } from "../flags/settings.ts"
import { stateSpecs } from "../flags/state.ts"

const logging = loggingOf("info")

/** Specs of the flags of `botswain run`, in the order of its help. */
export const runSpecs = {
  ...fleetSpecs,
  ...stateSpecs,
  ...botSpecs,
  ...adminSpecs,
  ...logging.specs
}

/** Command `botswain run`: keeps the fleet of a server, until goodbye or a signal. */
export const run = Command.make(
  "run",
  flagsOf(runSpecs),
  Effect.fnUntraced(function* ({
    admin,
    adminHosts,
    adminToken,
    bot,
    botIsolation,
    botMemory,
    logFormat,
    logLevel,
    readyShare,
    state,
    ...fleet
  }) {
    const settings = yield* asInvalid("run", fleetSettings(fleet))
    const plan = yield* asInvalid("run", adminPlan({ admin, adminHosts, adminToken, readyShare }))
    // Loaded only now, so that help and a bad flag are answered at once.
    const { keepFleet } = yield* Effect.promise(() => import("../run/keepFleet.ts"))
    yield* keepFleet({ settings, admin: plan }, { bot: botPlan({ bot, botIsolation, botMemory }), state }).pipe(
      Effect.provide(logging.layer(logFormat, logLevel)),
      // Of a file that a setting names, and that is read only now.
      Effect.catchTag("BadSetting", (error) => asInvalid("run", Effect.fail(inWordsOfFlags(fleet, error))))
    )
  })
).pipe(
  Command.withShortDescription("Keep all team connections of a server alive"),
  Command.withDescription(
    "Opens the Global connection, keeps one connection alive for every team that joins, counts what\n" +
      "  teams say, and answers healthchecks. Ends with a summary on the server's goodbye, or on Ctrl-C.\n\n" +
      "  Each flag can come from the environment instead: --ping-interval is BOTSWAIN_PING_INTERVAL.\n" +
      "  The flag wins. Exit code: 0 after goodbye or a first Ctrl-C, 1 on a bad flag."
  ),
  Command.withExamples([
    { command: "botswain run --url wss://chat.example/global", description: "Keep a fleet" },
    {
      command: "BOTSWAIN_TOKEN=… botswain run --url wss://chat.example/global --bot greeter.ts",
      description: "With a token that the process list does not show, and a bot that handles messages"
    },
    {
      command: "botswain run --url wss://chat.example/global --state fleet.db",
      description: "That goes on after a restart with the teams and counts from before"
    },
    {
      command: `botswain run --url ws://127.0.0.1:8080/global --ping-interval "5 seconds" --log-level debug`,
      description: "On a rehearsal server (botswain rehearse), watched closely"
    }
  ])
)
