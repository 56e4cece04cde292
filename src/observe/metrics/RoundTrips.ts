import { Effect, Layer } from "effect"
import { KeepAlive } from "../../services/KeepAlive.ts"
import { roundTrip } from "./handles.ts"

/** Measures what each ping of a team takes, in Effect's own registry of metrics. */
export const layer: Layer.Layer<never, never, KeepAlive> = Layer.effectDiscard(
  Effect.gen(function* () {
    const keepAlive = yield* KeepAlive
    const context = yield* Effect.context()
    yield* keepAlive.observe((millis) => roundTrip.updateUnsafe(millis / 1000, context))
  })
)
