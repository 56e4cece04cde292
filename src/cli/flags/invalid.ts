import { Effect } from "effect"
import { CliError } from "effect/cli"
import { listed } from "../terminal/format.ts"
import { variableOf } from "./option.ts"

/** Turns an error of a command's flags into that of an invalid command line, which is printed in one line. */
export const asInvalid = <A, R>(
  command: string,
  self: Effect.Effect<A, CliError.NonShowHelpErrors, R>
): Effect.Effect<A, CliError.ShowHelp, R> =>
  Effect.mapError(self, (error) => new CliError.ShowHelp({ commandPath: ["botswain", command], errors: [error] }))

/** Describes what is wrong with a command line, in a line that names the flag and quotes no value: it may be secret. */
export const describeInvalid = (error: CliError.NonShowHelpErrors, command: string): string => {
  switch (error._tag) {
    case "MissingOption":
      return `--${error.option} (or ${variableOf(error.option)}) is needed; ${seeHelp(command)}`
    case "UnrecognizedOption":
      return `${error.option} is no flag of ${command}${didYouMean(error.suggestions)}; ${seeHelp(command)}`
    case "UnknownSubcommand":
      return `there is no such command${didYouMean(error.suggestions)}; ${seeHelp(command)}`
    case "UnexpectedArgument":
      return `there is more than ${command} takes; flags are written --name=value: ${seeHelp(command)}`
    case "MissingArgument":
      return `${error.argument} is needed; ${seeHelp(command)}`
    case "InvalidValue":
      return `--${error.option}: ${needsOf(error)}`
    case "DuplicateOption":
    case "ValidationError":
    case "UserError":
      return error.message
  }
}

const seeHelp = (command: string) => `see ${command} --help`

const didYouMean = ([nearest]: ReadonlyArray<string>) => (nearest === undefined ? "" : ` (did you mean ${nearest}?)`)

const needsOf = ({ expected, value }: CliError.InvalidValue): string => {
  if (expected === "at most 1 value") return "is given more than once"
  if (expected.includes(" | ")) return `needs ${listed(expected.replaceAll(`"`, "").split(" | "), "or")}`
  return value === ""
    ? "needs a value (write --name=value if it begins with a dash)"
    : `needs ${expected.replace(/^Expected:? /, "")}`
}
