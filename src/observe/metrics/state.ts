import { Effect } from "effect"
import { Ledger } from "../../services/ledger/Ledger.ts"
import { gauge, readGauge, seconds } from "./metric.ts"

const failing = gauge(
  "botswain_state_failing",
  "1 while the state cannot be written: a restart would lose what has changed"
)
const unwritten = gauge("botswain_state_unwritten_teams", "Teams whose place or counts are not in the state")
const flushedAt = gauge("botswain_state_flushed_time_seconds", "When all was in the state last, in seconds since 1970")
const flushes = seconds(
  "botswain_state_flush_seconds",
  "From the beginning of a flush to the state to its end",
  0.001,
  10
)

/** Metrics of what is kept beyond the end of the process, where anything is. */
export const stateMetrics = Effect.gen(function* () {
  const { observeFlushes, view } = yield* Ledger
  if (view().kind === "none") return
  const context = yield* Effect.context()
  yield* readGauge(failing, () => (view().trouble === undefined ? 0 : 1))
  yield* readGauge(unwritten, () => view().unwritten)
  yield* readGauge(flushedAt, () => (view().flushedAt ?? 0) / 1000)
  yield* observeFlushes((millis) => flushes.updateUnsafe(millis / 1000, context))
})
