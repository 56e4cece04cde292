import { Layer } from "effect"
import * as StatsMemory from "../layers/StatsMemory.ts"
import * as TeamRegistryMemory from "../layers/TeamRegistryMemory.ts"
import { FlightRecorder } from "../observe/FlightRecorder.ts"
import * as RoundTrips from "../observe/metrics/RoundTrips.ts"
import * as ShortageLog from "../observe/ShortageLog.ts"
import * as TransitionLog from "../observe/TransitionLog.ts"
import { Descriptors } from "../services/Descriptors.ts"
import { DialControl } from "../services/dialing/DialControl.ts"
import { EndpointPolicy } from "../services/EndpointPolicy.ts"
import { GlobalLink } from "../services/GlobalLink.ts"
import { HealthAnswers } from "../services/HealthAnswers.ts"
import { KeepAlive } from "../services/KeepAlive.ts"
import { Ledger } from "../services/ledger/Ledger.ts"
import { LogThrottle } from "../services/LogThrottle.ts"
import { Offers } from "../services/Offers.ts"

/** State of a run, in this process: all that a fleet needs besides a `Socket`, an `Inbox` and its `Settings`. */
export const layer = Layer.mergeAll(
  FlightRecorder.layer,
  ShortageLog.layer,
  TransitionLog.layer,
  Offers.layer,
  DialControl.layer,
  EndpointPolicy.layer,
  RoundTrips.layer
).pipe(
  Layer.provideMerge(Layer.merge(KeepAlive.layer, Ledger.layer)),
  Layer.provideMerge(TeamRegistryMemory.layer),
  Layer.provideMerge(
    Layer.mergeAll(StatsMemory.layer, GlobalLink.layer, HealthAnswers.layer, LogThrottle.layer, Descriptors.layer)
  )
)
