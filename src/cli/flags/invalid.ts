import { Effect } from "effect"
import { CliError } from "effect/cli"
import { listed } from "../terminal/format.ts"
import { variableOf } from "./option.ts"

/** Reports what is wrong with a command's flags as what is wrong with its command line. */
export const asInvalid = <A, R>(
  command: string,
  self: Effect.Effect<A, CliError.NonShowHelpErrors, R>
): Effect.Effect<A, CliError.ShowHelp, R> =>
  Effect.mapError(self, (error) => new CliError.ShowHelp({ commandPath: ["botswain", command], errors: [error] }))

/** What is wrong with a command line, in one line that names the flag and quotes no value: values may be secrets. */
export const describeInvalid = (error: CliError.NonShowHelpErrors, command: string): string => {
  switch (error._tag) {
    case "MissingOption":
      return `--${error.option} (or ${variableOf(error.option)}) is needed; ${help(command)}`
    case "UnrecognizedOption":
      return `${error.option} is no flag of ${command}${meant(error.suggestions)}; ${help(command)}`
    case "UnknownSubcommand":
      return `there is no such command${meant(error.suggestions)}; ${help(command)}`
    case "UnexpectedArgument":
      return `there is more than ${command} takes; flags are written --name=value: ${help(command)}`
    case "MissingArgument":
      return `${error.argument} is needed; ${help(command)}`
    case "InvalidValue":
      return `--${error.option}: ${expectation(error)}`
    case "DuplicateOption":
    case "ValidationError":
    case "UserError":
      return error.message
  }
}

const help = (command: string) => `see ${command} --help`

const meant = ([nearest]: ReadonlyArray<string>) => (nearest === undefined ? "" : ` (did you mean ${nearest}?)`)

const expectation = ({ expected, value }: CliError.InvalidValue): string => {
  if (expected === "at most 1 value") return "is given more than once"
  if (expected.includes(" | ")) return `needs ${listed(expected.replaceAll(`"`, "").split(" | "), "or")}`
  return value === ""
    ? "needs a value (write --name=value if it begins with a dash)"
    : `needs ${expected.replace(/^Expected:? /, "")}`
}
