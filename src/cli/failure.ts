import { Cause, Runtime } from "effect"
import type { View } from "./terminal/Screen.ts"
import { linesOf } from "./terminal/Text.ts"

/** Prints a problem in one line. */
export const printProblem = (screen: View, problem: string): void => screen.log([`botswain: ${problem}`])

/**
 * Prints why a command failed, and gives the exit code of the process: a typed error in one line, a defect with all that
 * is known of it. An error that was reported already is not reported again.
 */
export const reportFailure = (screen: View, cause: Cause.Cause<unknown>): number => {
  if (Cause.hasInterruptsOnly(cause)) return 130
  if (Cause.hasDies(cause)) {
    printProblem(screen, "this is a bug")
    screen.log(linesOf(Cause.pretty(cause)))
    return 1
  }
  const error = Cause.squash(cause)
  if (Runtime.getErrorReported(error)) printProblem(screen, error instanceof Error ? error.message : String(error))
  return Runtime.getErrorExitCode(error)
}
