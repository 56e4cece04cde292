import { Context } from "effect"

/** Number of lines of output that were dropped so far, since nobody took them: 0 where the program does not print itself. */
export const OutputLoss = Context.Reference<() => number>("botswain/observe/OutputLoss", {
  defaultValue: () => () => 0
})
