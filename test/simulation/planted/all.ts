import { attemptBugs } from "./attempts.ts"
import { countingBugs } from "./counting.ts"
import { endingBugs } from "./ending.ts"
import { keepAliveBugs } from "./keepAlive.ts"
import { stormBugs } from "./storm.ts"

export const plantedBugs = [...countingBugs, ...keepAliveBugs, ...attemptBugs, ...endingBugs, ...stormBugs]
