import { Effect, Layer } from "effect"
import { KeepAlive } from "../../services/KeepAlive.ts"
import { seconds } from "./metric.ts"

const roundTrip = seconds("botswain_ping_round_trip_seconds", "From a ping on a Team connection to its pong", 0.001, 10)

/** Measures the round trip of each ping of a team, in Effect's own registry of metrics. */
export const layer: Layer.Layer<never, never, KeepAlive> = Layer.effectDiscard(
  Effect.gen(function* () {
    const keepAlive = yield* KeepAlive
    const context = yield* Effect.context()
    yield* keepAlive.observe((millis) => roundTrip.updateUnsafe(millis / 1000, context))
  })
)
