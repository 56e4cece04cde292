import { monitorEventLoopDelay, performance } from "node:perf_hooks"
import { Clock, Effect, Layer, Schedule } from "effect"
import { monotonicMillis } from "../services/monotonic.ts"
import { LoopLag } from "./LoopLag.ts"
import { ProcessVitals } from "./ProcessVitals.ts"

/** Time that lag and utilization are taken over. In milliseconds. */
const window = 5_000
/** Time between two samples of the event loop's delay. In milliseconds. Each sample wakes the process. */
const resolution = 100

const nanosPerMilli = 1e6

/** Takes the figures from Node. Those of `monitorEventLoopDelay` include its resolution, which is taken off. */
export const layer: Layer.Layer<ProcessVitals> = Layer.effect(
  ProcessVitals,
  Effect.gen(function* () {
    const delays = yield* Effect.acquireRelease(
      Effect.sync(() => {
        const histogram = monitorEventLoopDelay({ resolution })
        histogram.enable()
        return histogram
      }),
      (enabled) => Effect.sync(() => enabled.disable())
    )
    const clock = yield* Clock.Clock
    const lag = new LoopLag(window, monotonicMillis(clock))
    let before = performance.eventLoopUtilization()
    let utilization = 0
    const late = (value: number) => Math.max(0, value / nanosPerMilli - resolution)
    const longest = () => (delays.count > 0 ? late(delays.max) : 0)

    const look = Effect.sync(() => {
      const sampled =
        delays.count > 0
          ? { p50: late(delays.percentile(50)), p99: late(delays.percentile(99)), max: longest() }
          : undefined
      lag.look(monotonicMillis(clock), sampled)
      delays.reset()
      const now = performance.eventLoopUtilization()
      utilization = performance.eventLoopUtilization(now, before).utilization
      before = now
    })
    yield* Effect.forkScoped(Effect.repeat(Effect.delay(look, window), Schedule.forever))

    return {
      look: () => {
        const { system, user } = process.cpuUsage()
        const { heapUsed: heap, rss: resident } = process.memoryUsage()
        const { max, p50, p99 } = lag.delays(monotonicMillis(clock), longest())
        return {
          cpu: (user + system) / 1e6,
          resident,
          heap,
          began: performance.timeOrigin,
          lag: { p50: p50 / 1000, p99: p99 / 1000, max: max / 1000 },
          utilization
        }
      }
    }
  })
)
