import { Effect } from "effect"
import { CliConfig, CliOutput, Command, GlobalFlag } from "effect/cli"
import { version } from "../services/version.ts"
import { demo } from "./commands/demo.ts"
import { explain } from "./commands/explain.ts"
import { rehearse } from "./commands/rehearse.ts"
import { run } from "./commands/run.ts"
import { simulate } from "./commands/simulate.ts"
import { state } from "./commands/state.ts"
import { status } from "./commands/status.ts"
import { printProblem, reportFailure } from "./failure.ts"
import { describeInvalid } from "./flags/invalid.ts"
import * as Logging from "./terminal/logging.ts"
import { Screen } from "./terminal/Screen.ts"
import { bold } from "./terminal/Text.ts"

const botswain = Command.make("botswain").pipe(
  Command.withDescription(
    "Keeps a fleet of WebSocket bot connections alive: one Global connection, and one for every team that joins."
  ),
  Command.withSubcommands([{ group: "COMMANDS", commands: [run, status, explain, state, rehearse, demo, simulate] }]),
  Command.withExamples([
    { command: "botswain demo", description: "See it at work for twenty seconds, on a server of its own" },
    { command: "botswain run --url wss://chat.example/global", description: "Keep the fleet of a real server" },
    { command: "botswain rehearse --port 8080", description: "Have a server to try clients on" }
  ])
)

/** Without its colours, which are codes of a terminal: a screen has its own. */
const formatter = CliOutput.defaultFormatter({ colors: false })

/** Prints help and version as effect/cli does, and what is wrong with a command line in one line, without the help. */
const presenterOn = (screen: Screen["Service"]): CliOutput.Presenter => ({
  present: (event) =>
    Effect.sync(() => {
      switch (event._tag) {
        case "InvalidInvocation":
          return printProblem(screen, firstProblem(event))
        case "Version":
          return screen.print([formatter.formatVersion(event.name, event.version)])
        case "Help": {
          const lines = formatter.formatHelpDoc(event.helpDoc).split("\n")
          return screen.print(lines.map((line) => (/^[A-Z ]+$/.test(line) ? bold(line) : line)))
        }
      }
    })
})

const firstProblem = ({ commandPath, errors: [error] }: CliOutput.Presenter.InvalidInvocation): string =>
  error === undefined ? "that cannot be done" : describeInvalid(error, commandPath.join(" "))

/** Runs the command line. Gives the exit code of the process. */
export const main = Effect.gen(function* () {
  const screen = yield* Screen
  return yield* Command.run(botswain, { version }).pipe(
    Effect.provideService(CliOutput.Presenter, presenterOn(screen)),
    Effect.provideService(CliConfig.CliConfig, {
      builtIns: [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions]
    }),
    Effect.provide(Logging.layerPretty),
    Effect.matchCause({ onSuccess: () => 0, onFailure: (cause) => reportFailure(screen, cause) })
  )
})
