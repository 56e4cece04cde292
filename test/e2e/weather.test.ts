import { describe, it } from "@effect/vitest"
import { layer } from "botswain"
import { layerServer, Rehearsal } from "botswain/rehearsal"
import { Effect, Layer } from "effect"
import { logOfFailure } from "../support/logOfFailure.ts"
import { shortWeather } from "../weather/partialFailure.ts"
import { WeatherTime } from "../weather/Weather.ts"

const realTime = Layer.succeed(WeatherTime, {
  pass: Effect.sleep,
  within: (millis, what, predicate) =>
    Rehearsal.use((rehearsal) =>
      Effect.timeoutOrElse(rehearsal.awaitState(predicate), {
        duration: millis,
        orElse: () => Effect.die(new Error(`not within ${millis} ms: ${what}`))
      })
    )
})

describe("a world that is half broken, on real sockets", () => {
  for (const { happens, hosts, name, settings } of shortWeather) {
    it.live(name, () =>
      happens.pipe(
        Effect.provide(Layer.unwrap(Effect.map(Rehearsal, ({ globalUrl }) => layer({ url: globalUrl, ...settings })))),
        Effect.provide([realTime, layerServer({ hosts }), logOfFailure]),
        Effect.scoped
      )
    )
  }
})
