import { Effect } from "effect"
import { Argument, Command } from "effect/cli"
import { clientFlags } from "../client/client.ts"
import { asInvalid } from "../flags/invalid.ts"
import { badValue } from "../flags/option.ts"
import { orStopped } from "../Host.ts"

/** Command `botswain explain TEAM`: tells why a team is up or down. */
export const explain = Command.make(
  "explain",
  {
    team: Argument.String("team").pipe(
      Argument.withDescription(`The team's id, as status writes it: 7 is a number, '"7"' a text`)
    ),
    ...clientFlags
  },
  Effect.fnUntraced(function* ({ team, ...flags }) {
    if (team === "") return yield* asInvalid("explain", Effect.fail(badValue("team", "needs the id of a team")))
    const { printStory } = yield* Effect.promise(() => import("../client/printStory.ts"))
    yield* orStopped(printStory(flags, team))
  })
).pipe(
  Command.withShortDescription("Hear why a team is up or down"),
  Command.withDescription(
    "Asks a running botswain for a team's last transitions, and tells them as a story: what happened, when, why, and\n" +
      "  what comes next."
  ),
  Command.withExamples([
    { command: "botswain explain 7", description: "The story of team 7" },
    { command: "botswain explain -- --odd", description: "An id that looks like a flag stands behind --" },
    { command: "botswain explain ops --admin 127.0.0.1:9465 --json", description: "Another botswain, for a machine" }
  ])
)
