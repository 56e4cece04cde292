import { layer, type SettingsInput } from "botswain"
import { layerServer, Rehearsal } from "botswain/rehearsal"
import { Effect, Layer } from "effect"
import { logOfFailure } from "./logOfFailure.ts"

/** Fast enough that healing takes tens of milliseconds, and a dead peer half a second. */
const brisk: Partial<SettingsInput> = {
  pingInterval: "200 millis",
  pongTimeout: "200 millis",
  connectTimeout: "400 millis",
  drainTimeout: "300 millis",
  backoffBase: "20 millis",
  backoffCap: "100 millis",
  stableAfter: "1 second",
  slowInterval: "200 millis"
}

/** A fleet on real sockets, against a rehearsal server on loopback. */
export const liveFleetLayer = (settings: Partial<SettingsInput> = {}) =>
  Layer.unwrap(Effect.map(Rehearsal, ({ globalUrl }) => layer({ url: globalUrl, ...brisk, ...settings }))).pipe(
    Layer.provideMerge(layerServer()),
    Layer.provideMerge(logOfFailure)
  )
