import { attemptBugs } from "./attempts.ts"
import { countingBugs } from "./counting.ts"
import { endingBugs } from "./ending.ts"
import { holdingBugs } from "./holding.ts"
import { keepAliveBugs } from "./keepAlive.ts"
import { rememberingBugs } from "./remembering.ts"
import { stormBugs } from "./storm.ts"

export const plantedBugs = [
  ...countingBugs,
  ...rememberingBugs,
  ...keepAliveBugs,
  ...attemptBugs,
  ...endingBugs,
  ...holdingBugs,
  ...stormBugs
]
