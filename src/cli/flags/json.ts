import { Flag } from "effect/cli"

/** For commands whose answer a machine may want. */
export const json = Flag.Boolean("json").pipe(
  Flag.withDescription("Prints JSON, as the admin API has it"),
  Flag.withDefault(false)
)
