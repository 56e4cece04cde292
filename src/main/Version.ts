import { Context } from "effect"

/** The version of this program, as its package has it. */
export const Version = Context.Reference<string>("botswain/main/Version", {
  defaultValue: () => "unknown"
})
