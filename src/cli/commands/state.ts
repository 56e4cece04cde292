import { Effect, Option } from "effect"
import { Argument, CliError, Command, Flag } from "effect/cli"
import { archiveIn, editorIn } from "../../main/journals.ts"
import type { JournalFailed } from "../../services/Journal.ts"
import { asInvalid } from "../flags/invalid.ts"
import { badValue, flagsOf } from "../flags/option.ts"
import { type GivenStore, nameOf, storeSpec, storeUnavailable } from "../flags/state.ts"
import { orStopped } from "../Host.ts"

const flags = flagsOf({ state: storeSpec })

const fileArgument = (about: string) =>
  Argument.String("file").pipe(Argument.withDescription(about), Argument.optional, Argument.map(Option.getOrUndefined))

/** Takes the store that was named. Fails with one line where none was. */
const named = (verb: string, given: GivenStore | undefined) =>
  given === undefined
    ? asInvalid(`state ${verb}`, Effect.fail(new CliError.MissingOption({ option: storeSpec.name })))
    : Effect.succeed(given)

/** Words a store that cannot be used in one line, which names it. */
const inWords = (verb: string, given: GivenStore) => (error: JournalFailed) =>
  asInvalid(`state ${verb}`, Effect.fail(storeUnavailable(given, error)))

const show = Command.make(
  "show",
  { ...flags, json: Flag.Boolean("json").pipe(Flag.withDescription("Prints JSON"), Flag.withDefault(false)) },
  Effect.fnUntraced(function* ({ json, state }) {
    const given = yield* named("show", state)
    const { showState } = yield* Effect.promise(() => import("../state/showState.ts"))
    yield* orStopped(Effect.provide(showState(nameOf(given.value), json), archiveIn(given.value))).pipe(
      Effect.catchTag("JournalFailed", inWords("show", given))
    )
  })
).pipe(
  Command.withShortDescription("See what is in it, in a few numbers"),
  Command.withDescription("Tells teams, totals, the last flush, and whether a process has it. Changes nothing.")
)

const exported = Command.make(
  "export",
  { ...flags, file: fileArgument("File to write, which is not there yet; stdout if it is left out") },
  Effect.fnUntraced(function* ({ file, state }) {
    const given = yield* named("export", state)
    const { exportState } = yield* Effect.promise(() => import("../state/exportState.ts"))
    yield* orStopped(Effect.provide(exportState(file), archiveIn(given.value))).pipe(
      Effect.catchTag("JournalFailed", inWords("export", given))
    )
  })
).pipe(
  Command.withShortDescription("Write it as lines of JSON"),
  Command.withDescription("Writes every team as a line of JSON, also while a fleet runs on it.")
)

const imported = Command.make(
  "import",
  { ...flags, file: fileArgument("File to read; stdin if it is left out") },
  Effect.fnUntraced(function* ({ file, state }) {
    const given = yield* named("import", state)
    const { importState } = yield* Effect.promise(() => import("../state/importState.ts"))
    yield* orStopped(importState(file, editorIn(given.value, true))).pipe(
      Effect.catchTag("JournalFailed", inWords("import", given))
    )
  })
).pipe(
  Command.withShortDescription("Read lines of JSON into it"),
  Command.withDescription(
    "Puts the teams of an export into a state that no fleet runs on, which is made if it is not there. Where it has a\n" +
      "  team already, the later stay and the greater counts stand, so that to do it again changes nothing. A file with a\n" +
      "  bad line is refused as a whole."
  )
)

const forget = Command.make(
  "forget",
  {
    ...flags,
    team: Argument.String("team").pipe(
      Argument.withDescription(`The team's id, as status writes it: 7 is a number, '"7"' a text`)
    )
  },
  Effect.fnUntraced(function* ({ state, team }) {
    if (team === "") return yield* asInvalid("state forget", Effect.fail(badValue("team", "needs the id of a team")))
    const given = yield* named("forget", state)
    const { forgetTeam } = yield* Effect.promise(() => import("../state/forgetTeam.ts"))
    yield* orStopped(Effect.provide(forgetTeam(nameOf(given.value), team), editorIn(given.value, false))).pipe(
      Effect.catchTag("JournalFailed", inWords("forget", given))
    )
  })
).pipe(
  Command.withShortDescription("Forget a team, and its counts"),
  Command.withDescription("Takes a team out of a state that no fleet runs on, as if it had never joined.")
)

/** Command `botswain state`: what `run --state` has kept, looked at and worked on. */
export const state = Command.make("state").pipe(
  Command.withShortDescription("See, move or mend what run --state keeps"),
  Command.withDescription(
    "Looks at, copies or changes what botswain run --state keeps: which teams are wanted, and what each has said."
  ),
  Command.withSubcommands([show, exported, imported, forget]),
  Command.withExamples([
    { command: "botswain state show --state fleet.db", description: "What is in it; a fleet may run on it" },
    { command: "botswain state export --state fleet.db backup.jsonl", description: "A backup, in a file of its own" },
    {
      command: "botswain state export --state fleet.db | BOTSWAIN_STATE=postgres://… botswain state import",
      description: "From a file into a database"
    },
    { command: "botswain state forget --state fleet.db 7", description: "Team 7 is gone" }
  ])
)
