import { Effect } from "effect"
import { Descriptors } from "../../services/Descriptors.ts"
import { OutputLoss } from "../OutputLoss.ts"
import { ProcessVitals } from "../ProcessVitals.ts"
import { counter, gauge, readCounter, readGauge } from "./metric.ts"

const cpuSeconds = counter("process_cpu_seconds_total", "User and system CPU time of the process")
const residentMemory = gauge("process_resident_memory_bytes", "Resident memory of the process")
const startTime = gauge("process_start_time_seconds", "When the process began, in seconds since 1970")
const openDescriptors = gauge("process_open_fds", "File descriptors that are open")
const allowedDescriptors = gauge("process_max_fds", "File descriptors that may be open at once")
const outputDropped = counter("botswain_output_dropped_total", "Lines of stdout and stderr that nobody took in time")
const heapUsed = gauge("nodejs_heap_size_used_bytes", "Used part of the JavaScript heap")
/** Three names, as Prometheus' Node client has them: `quantile` is a label of summaries, and these are none. */
const loopLag = {
  p50: gauge("nodejs_eventloop_lag_p50_seconds", "Median delay of the event loop in the last five seconds"),
  p99: gauge("nodejs_eventloop_lag_p99_seconds", "99th percentile of the event loop's delay in the last five seconds"),
  max: gauge("nodejs_eventloop_lag_max_seconds", "Longest delay of the event loop in the last minute")
}
const loopUtilization = gauge(
  "nodejs_eventloop_utilization_ratio",
  "Share of the last five seconds that the event loop was busy"
)

/** Metrics of the process: CPU, memory, descriptors and event loop, by the names that Prometheus' clients give them. */
export const processMetrics = Effect.gen(function* () {
  const { look } = yield* ProcessVitals
  yield* readCounter(outputDropped, yield* OutputLoss)
  yield* readCounter(cpuSeconds, () => look().cpu)
  yield* readGauge(residentMemory, () => look().resident)
  yield* readGauge(heapUsed, () => look().heap)
  const { allowed, open } = yield* Descriptors
  if (open() !== undefined) yield* readGauge(openDescriptors, () => open() ?? NaN)
  if (allowed() !== undefined) yield* readGauge(allowedDescriptors, () => allowed() ?? NaN)
  yield* readGauge(startTime, () => look().began / 1000)
  yield* readGauge(loopUtilization, () => look().utilization)
  for (const quantile of ["p50", "p99", "max"] as const) {
    yield* readGauge(loopLag[quantile], () => look().lag[quantile])
  }
})
