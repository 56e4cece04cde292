import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { fewestTeams } from "../demo/plan.ts"
import { adminFlags, adminPlan, adminUnavailable, badVariable } from "../flags/admin.ts"
import { asInvalid } from "../flags/invalid.ts"
import { loggingOf } from "../flags/logging.ts"
import { badValue, flagsOf } from "../flags/option.ts"
import { numberFlag, textFlag } from "../flags/preset.ts"
import { store } from "../flags/state.ts"
import { orStopped } from "../Host.ts"

const logging = loggingOf("none")

const flags = {
  teams: numberFlag({ name: "teams", about: "Teams that join", preset: 12, min: fewestTeams, max: 1000 }),
  seconds: numberFlag({ name: "seconds", about: "How long the story goes on", preset: 20, min: 5, max: 3600 }),
  seed: textFlag({
    name: "seed",
    metavar: "TEXT",
    about: "Decides who plays which part, and what is said",
    preset: "botswain"
  }),
  // Not from BOTSWAIN_STATE, which is that of a real fleet.
  state: Flag.String("state").pipe(
    Flag.withMetavar("STORE"),
    Flag.withDescription("New file (SQLite), or postgres:// URL, with which the fleet goes on after it is killed"),
    Flag.optional
  ),
  ...adminFlags,
  ...flagsOf(logging.specs)
}

/** Command `botswain demo`: runs a server and a fleet through seconds of trouble, and shows that nothing was lost. */
export const demo = Command.make(
  "demo",
  flags,
  Effect.fnUntraced(function* ({
    admin,
    adminHosts,
    adminToken,
    logFormat,
    logLevel,
    readyShare,
    seconds,
    seed,
    state,
    teams
  }) {
    const kept = yield* Option.match(state, {
      onNone: () => Effect.undefined,
      onSome: (text) =>
        asInvalid(
          "demo",
          Effect.mapError(Effect.fromResult(store(text)), (problem) => badValue("--state", problem))
        )
    })
    const plan = yield* asInvalid("demo", adminPlan({ admin, adminHosts, adminToken, readyShare }))
    const { play } = yield* Effect.promise(() => import("../demo/play.ts"))
    yield* orStopped(play({ teams, duration: seconds * 1000, seed, admin: plan, state: kept })).pipe(
      Effect.catchTags({
        AdminUnavailable: (error) => asInvalid("demo", adminUnavailable(plan, error)),
        BadVariable: (error) => asInvalid("demo", badVariable(error))
      }),
      Effect.provide(logging.layer(logFormat, logLevel))
    )
  })
).pipe(
  Command.withShortDescription("See Botswain at work, on a server of its own"),
  Command.withDescription(
    "Starts a rehearsal server in this process and keeps a fleet on it, over real WebSockets, while teams come and\n" +
      "  go and connections break. Ends with the server's own tally against what the fleet counted; exit code 1 if\n" +
      "  they differ. Nothing but this computer is touched. The deck, a page that shows it all, is at the address that\n" +
      "  is told first. With --state the fleet is a process of its own, which is killed in the middle (kill -9), and\n" +
      "  goes on with what it has kept."
  ),
  Command.withExamples([
    { command: "botswain demo", description: "Twenty seconds, twelve teams" },
    { command: "botswain demo --state demo.db", description: "The same, and the fleet is killed in the middle" },
    { command: "botswain demo --teams 100 --seconds 60 --seed 7", description: "More of it, and other parts" }
  ])
)
