import { Effect } from "effect"
import { Command } from "effect/cli"
import { fewestTeams } from "../demo/plan.ts"
import { adminFlags, adminPlan } from "../flags/admin.ts"
import { asInvalid } from "../flags/invalid.ts"
import { levelOf, loggingFlags } from "../flags/logging.ts"
import { once } from "../flags/option.ts"
import { numberBetween, text } from "../flags/values.ts"
import { orStopped } from "../Host.ts"
import * as Logging from "../terminal/logging.ts"

const flags = {
  teams: once({
    name: "teams",
    metavar: "NUMBER",
    about: "Teams that join",
    preset: "12",
    read: numberBetween(fewestTeams, 1000)
  }),
  seconds: once({
    name: "seconds",
    metavar: "NUMBER",
    about: "How long the story goes on",
    preset: "20",
    read: numberBetween(5, 3600)
  }),
  seed: once({
    name: "seed",
    metavar: "TEXT",
    about: "Decides who plays which part, and what is said",
    preset: "botswain",
    read: text
  }),
  ...adminFlags,
  logging: loggingFlags("none")
}

/** `botswain demo`: a server and a fleet in this process, twenty seconds of trouble, and the proof that nothing was lost. */
export const demo = Command.make(
  "demo",
  flags,
  Effect.fnUntraced(function* ({ admin, adminToken, logging, readyShare, seconds, seed, teams }) {
    const plan = yield* asInvalid("demo", adminPlan({ admin, adminToken, readyShare }))
    const [{ play }, { unavailable }] = yield* Effect.promise(() =>
      Promise.all([import("../demo/play.ts"), import("../run/keep.ts")])
    )
    const story = play({
      teams: teams?.value ?? 12,
      duration: (seconds?.value ?? 20) * 1000,
      seed: seed?.value ?? "botswain",
      admin: plan
    }).pipe(Effect.catchTag("AdminUnavailable", (error) => asInvalid("demo", unavailable({ admin: plan }, error))))
    yield* orStopped(story).pipe(
      Effect.provide(Logging.layer(logging.format?.value, levelOf[logging.level?.value ?? "none"]))
    )
  })
).pipe(
  Command.withShortDescription("See Botswain at work, on a server of its own"),
  Command.withDescription(
    "Starts a rehearsal server in this process and keeps a fleet on it, over real WebSockets, while teams come and\n" +
      "  go and connections break. Ends with the server's own tally against what the fleet counted; exit code 1 if\n" +
      "  they differ. Nothing but this computer is touched. The deck, a page that shows it all, is at the address that\n" +
      "  is told first."
  ),
  Command.withExamples([
    { command: "botswain demo", description: "Twenty seconds, twelve teams" },
    { command: "botswain demo --teams 100 --seconds 60 --seed 7", description: "More of it, and other parts" }
  ])
)
