import { monitorEventLoopDelay, performance } from "node:perf_hooks"
import { Effect, Layer, Schedule } from "effect"
import { ProcessVitals, type Vitals } from "./ProcessVitals.ts"

/** Time that lag and utilization are taken over. In milliseconds. */
const window = 5_000
/** Time between two samples of the event loop's delay. In milliseconds. Each sample wakes the process. */
const resolution = 100

const nanos = 1e9

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
    let before = performance.eventLoopUtilization()
    let lag: Vitals["lag"] = { p50: 0, p99: 0, max: 0 }
    let utilization = 0
    const late = (value: number) => Math.max(0, value / nanos - resolution / 1000)

    const look = Effect.sync(() => {
      if (delays.count > 0) {
        lag = { p50: late(delays.percentile(50)), p99: late(delays.percentile(99)), max: late(delays.max) }
      }
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
        return { cpu: (user + system) / 1e6, resident, heap, began: performance.timeOrigin, lag, utilization }
      }
    }
  })
)
