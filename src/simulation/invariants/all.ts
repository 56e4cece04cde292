import type { Checker } from "../checker/Checker.ts"
import type { Observer } from "../checker/Observer.ts"
import { backoff } from "./backoff.ts"
import { budget } from "./budget.ts"
import { counting } from "./counting.ts"
import { deadPeers } from "./deadPeers.ts"
import { trackDepartures } from "./departures.ts"
import { durable } from "./durable.ts"
import { givingUp } from "./givingUp.ts"
import { healthcheck } from "./healthcheck.ts"
import { noLeak } from "./noLeak.ts"
import { oneSocket } from "./oneSocket.ts"
import { outages } from "./outages.ts"
import { prompt } from "./prompt.ts"
import { transitions } from "./transitions.ts"

/** Makes the observers of all invariants. `trackDepartures` comes before those that read what it tracks. */
export const observersOf = (checker: Checker): ReadonlyArray<Observer> =>
  [
    oneSocket,
    trackDepartures,
    counting,
    durable,
    givingUp,
    healthcheck,
    deadPeers,
    backoff,
    budget,
    outages,
    transitions,
    prompt,
    noLeak
  ].map((observe) => observe(checker))
