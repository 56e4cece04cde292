import { Cause, Runtime } from "effect"
import type { View } from "./terminal/Screen.ts"

/** Says in one line what is wrong. */
export const complain = (screen: View, problem: string): void => screen.log(`botswain: ${problem}`)

/**
 * Says why a command failed, and gives the exit code of the process: a typed error in one line, a defect with all that
 * is known of it. An error that was reported already is not reported again.
 */
export const explain = (screen: View, cause: Cause.Cause<unknown>): number => {
  if (Cause.hasInterruptsOnly(cause)) return 130
  if (Cause.hasDies(cause)) {
    complain(screen, `this is a bug\n${Cause.pretty(cause)}`)
    return 1
  }
  const error = Cause.squash(cause)
  if (Runtime.getErrorReported(error)) complain(screen, error instanceof Error ? error.message : String(error))
  return Runtime.getErrorExitCode(error)
}
