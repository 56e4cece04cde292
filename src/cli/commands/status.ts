import { Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { clientFlags } from "../client/client.ts"
import { orStopped } from "../Host.ts"

/** Command `botswain status`: shows the fleet of a running botswain. */
export const status = Command.make(
  "status",
  {
    ...clientFlags,
    watch: Flag.Boolean("watch").pipe(
      Flag.withDescription("Shows it again each second, until Ctrl-C"),
      Flag.withDefault(false)
    )
  },
  Effect.fnUntraced(function* ({ watch, ...flags }) {
    const { printStatus, printStatusAgain } = yield* Effect.promise(() => import("../client/printStatus.ts"))
    yield* watch ? printStatusAgain(flags) : orStopped(printStatus(flags))
  })
).pipe(
  Command.withShortDescription("See the fleet of a running botswain"),
  Command.withDescription(
    "Asks a running botswain for its fleet, and which teams are failing. Exit code 1 if nobody answers; --watch waits\n" +
      "  until somebody does."
  ),
  Command.withExamples([
    { command: "botswain status", description: "Once, for people" },
    { command: "botswain status --watch", description: "Redrawn in place, each second" },
    { command: "botswain status --json --watch", description: "A line of JSON each second" }
  ])
)
