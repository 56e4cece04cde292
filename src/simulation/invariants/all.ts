import type { Checker } from "../checker/Checker.ts"
import type { Observer } from "../checker/Observer.ts"
import { backoff } from "./backoff.ts"
import { budget } from "./budget.ts"
import { canaries } from "./canaries.ts"
import { counting } from "./counting.ts"
import { deadPeers } from "./deadPeers.ts"
import { trackDepartures } from "./departures.ts"
import { givingUp } from "./givingUp.ts"
import { healthcheck } from "./healthcheck.ts"
import { noLeak } from "./noLeak.ts"
import { oneSocket } from "./oneSocket.ts"
import { transitions } from "./transitions.ts"

/** Makes the observers of all invariants. `trackDepartures` comes before those that read what it tracks. */
export const observersOf = (checker: Checker): ReadonlyArray<Observer> =>
  [
    oneSocket,
    trackDepartures,
    counting,
    givingUp,
    healthcheck,
    deadPeers,
    backoff,
    budget,
    canaries,
    transitions,
    noLeak
  ].map((observe) => observe(checker))
