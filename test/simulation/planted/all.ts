import { attemptBugs } from "./attempts.ts"
import { countingBugs } from "./counting.ts"
import { dialingBugs } from "./dialing.ts"
import { endingBugs } from "./ending.ts"
import { holdingBugs } from "./holding.ts"
import { journalBugs } from "./journal.ts"
import { keepAliveBugs } from "./keepAlive.ts"
import { machineBugs } from "./machine.ts"
import { rememberingBugs } from "./remembering.ts"
import { slownessBugs } from "./slowness.ts"
import { stateBugs } from "./states.ts"

export const plantedBugs = [
  ...countingBugs,
  ...rememberingBugs,
  ...keepAliveBugs,
  ...attemptBugs,
  ...endingBugs,
  ...holdingBugs,
  ...dialingBugs,
  ...machineBugs,
  ...slownessBugs,
  ...stateBugs,
  ...journalBugs
]
