import type { Rehearsal } from "../Rehearsal.ts"
import type { Platform } from "./Platform.ts"
import { ruleVerbs } from "./ruleVerbs.ts"
import { speechVerbs } from "./speechVerbs.ts"
import { troubleVerbs } from "./troubleVerbs.ts"
import { watchVerbs } from "./watchVerbs.ts"

/** The verbs of a core that is reached at `globalUrl`. */
export const makeVerbs = (core: Platform, globalUrl: string): Rehearsal["Service"] => ({
  globalUrl,
  ...speechVerbs(core),
  ...troubleVerbs(core),
  ...ruleVerbs(core),
  ...watchVerbs(core)
})
