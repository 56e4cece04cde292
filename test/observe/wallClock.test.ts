import { assert, describe, it } from "@effect/vitest"
import { FlightRecorder, TeamRegistry } from "botswain"
import { Rehearsal } from "botswain/rehearsal"
import { Clock, Effect, Metric } from "effect"
import { PrometheusMetrics } from "effect/observability"
import { attemptMetrics } from "../../src/observe/metrics/attempts.ts"
import { withFleet } from "../support/fleet.ts"
import { HandClock } from "../support/handClock.ts"
import { parsePrometheus, valueOf } from "../support/prometheus.ts"

describe("a wall clock that is set back", () => {
  it.effect("makes no time to connect, and no life of a connection, less than none", () => {
    const clock = new HandClock(50)
    return Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const registry = yield* TeamRegistry
      yield* attemptMetrics
      const isOpen = () => registry.find(1)?.state._tag === "Open"
      yield* rehearsal.delayDials("200 millis")
      yield* rehearsal.join(1)
      while (registry.find(1)?.state._tag !== "Dialing") yield* clock.jump(10)
      clock.stepBack("1 hour")
      while (!isOpen()) yield* clock.jump(10)
      clock.stepBack("1 hour")
      yield* rehearsal.cut(1)
      while (isOpen()) yield* clock.jump(10)

      const families = parsePrometheus(yield* PrometheusMetrics.format())
      assert.closeTo(valueOf(families, "botswain_time_to_connect_seconds_sum") ?? 0, 0.2, 0.1)
      const lost = (yield* FlightRecorder).flight(1)?.entries.at(-1)
      assert.deepInclude(lost, { from: "Open", lived: 0 })
    }).pipe(
      Effect.scoped,
      withFleet(),
      Effect.provideService(Clock.Clock, clock),
      Effect.provideService(Metric.MetricRegistry, new Map())
    )
  })
})
