import { Effect } from "effect"
import { Argument, CliError, Command } from "effect/cli"
import { clientFlags } from "../client/client.ts"
import { asInvalid } from "../flags/invalid.ts"
import { json } from "../flags/json.ts"

/** `botswain explain TEAM`: why a team is as it is. */
export const explain = Command.make(
  "explain",
  { team: Argument.String("team").pipe(Argument.withDescription("The team's id")), ...clientFlags, json },
  Effect.fnUntraced(function* ({ json: asJson, team, ...flags }) {
    if (team === "") {
      const problem = new CliError.ValidationError({ message: "team: needs the id of a team" })
      return yield* asInvalid("explain", Effect.fail(problem))
    }
    const { printStory } = yield* Effect.promise(() => import("../client/printStory.ts"))
    yield* printStory(flags, team, asJson)
  })
).pipe(
  Command.withShortDescription("Hear why a team is up or down"),
  Command.withDescription(
    "Asks a running botswain for a team's last transitions, and tells them as a story: what happened, when, why, and\n" +
      "  what comes next."
  ),
  Command.withExamples([
    { command: "botswain explain 7", description: "The story of team 7" },
    { command: "botswain explain ops --admin 127.0.0.1:9465 --json", description: "Another botswain, for a machine" }
  ])
)
