import type { Observer, Checker } from "../checker/Checker.ts"
import { ladder } from "./backoff.ts"
import { budget } from "./budget.ts"
import { canaries } from "./canaries.ts"
import { counting } from "./counting.ts"
import { deadPeers } from "./deadPeers.ts"
import { departing } from "./departing.ts"
import { givingUp } from "./givingUp.ts"
import { healthcheck } from "./healthcheck.ts"
import { ending } from "./noLeak.ts"
import { oneSocket } from "./oneSocket.ts"

/** What is checked all along. The order matters where one invariant keeps the books that the next one reads. */
export const observersOf = (watch: Checker): ReadonlyArray<Observer> =>
  [oneSocket, departing, counting, givingUp, healthcheck, deadPeers, ladder, budget, canaries, ending].map((observer) =>
    observer(watch)
  )
