import { Layer } from "effect"
import { DialBudget } from "../services/DialBudget.ts"
import { DialPolicy } from "../services/DialPolicy.ts"
import { FlightRecorder } from "../services/FlightRecorder.ts"
import { GlobalLink } from "../services/GlobalLink.ts"
import { HostCircuit } from "../services/HostCircuit.ts"
import { KeepAlive } from "../services/KeepAlive.ts"
import { LogThrottle } from "../services/LogThrottle.ts"
import { Offers } from "../services/Offers.ts"
import * as TransitionLog from "../services/TransitionLog.ts"
import * as StatsMemory from "./StatsMemory.ts"
import * as TeamRegistryMemory from "./TeamRegistryMemory.ts"

/** What a fleet needs besides a `Socket`, an `Inbox` and its `Settings`: the state of the run, in this process. */
export const layer = Layer.mergeAll(
  FlightRecorder.layer,
  HostCircuit.layer,
  TransitionLog.layer,
  Offers.layer,
  DialBudget.layer,
  DialPolicy.layer,
  KeepAlive.layer
).pipe(
  Layer.provideMerge(TeamRegistryMemory.layer),
  Layer.provideMerge(Layer.mergeAll(StatsMemory.layer, GlobalLink.layer, LogThrottle.layer))
)
