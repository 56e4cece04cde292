import { Clock, Effect } from "effect"
import { HttpRouter, HttpServerResponse } from "effect/http"
import { PrometheusMetrics } from "effect/observability"
import { monotonicMillis } from "../services/monotonic.ts"
import { Kept } from "./Kept.ts"

/** Serves the metrics as Prometheus reads them. */
export const layer = HttpRouter.use((router) =>
  Effect.gen(function* () {
    const clock = yield* Clock.Clock
    const kept = new Kept<string>({ most: 1, times: 20 })
    const read = Effect.gen(function* () {
      const began = monotonicMillis(clock)
      const known = kept.find("", began)
      if (known !== undefined) return known
      const text = yield* PrometheusMetrics.format()
      return kept.keep("", text, began, monotonicMillis(clock))
    })
    const answer = Effect.map(read, (text) =>
      HttpServerResponse.text(text, { contentType: "text/plain; version=0.0.4; charset=utf-8" })
    )
    yield* router.add("GET", "/metrics", answer)
  })
)
