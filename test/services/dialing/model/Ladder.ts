import { Effect } from "effect"
import { type BackoffSettings, failuresAfter, waitAfter } from "../../../../src/programs/backoff.ts"
import type { SettingsValues } from "../../../../src/services/Settings.ts"
import { drawing } from "../../../support/chance.ts"

/** Settings of the back-off and of time-outs. Milliseconds. */
export type Ladder = BackoffSettings & Pick<SettingsValues, "connectTimeout" | "stableAfter">

/** The defaults of the fleet. */
export const usual: Ladder = {
  backoffBase: 500,
  backoffCap: 10_000,
  connectTimeout: 10_000,
  slowAfter: 10,
  slowInterval: 300_000,
  stableAfter: 30_000
}

/** Settings for a platform that is near. */
export const quick: Ladder = { ...usual, backoffBase: 50, backoffCap: 500, connectTimeout: 1_000 }

export { failuresAfter }

/** Milliseconds until the next attempt, as the fleet's own back-off has it. `random`: from 0 to 1. */
export const restAfter = (ladder: Ladder, failures: number, random: number): number =>
  Effect.runSync(drawing(random)(waitAfter(ladder, { failures })))
