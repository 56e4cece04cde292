import type { Rehearsal } from "../Rehearsal.ts"
import type { Platform } from "./Platform.ts"
import { ruleVerbs } from "./ruleVerbs.ts"
import { speechVerbs } from "./speechVerbs.ts"
import { troubleVerbs } from "./troubleVerbs.ts"
import { watchVerbs } from "./watchVerbs.ts"

/** Makes the `Rehearsal` service of a platform. */
export const makeVerbs = (platform: Platform, globalUrl: string): Rehearsal["Service"] => ({
  globalUrl,
  ...speechVerbs(platform),
  ...troubleVerbs(platform),
  ...ruleVerbs(platform),
  ...watchVerbs(platform)
})
