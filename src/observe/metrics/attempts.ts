import { Clock, Effect } from "effect"
import { monotonicMillis } from "../../services/monotonic.ts"
import { type Team, TeamRegistry } from "../../services/TeamRegistry.ts"
import type { Transport } from "../../services/TeamState.ts"
import { counter, readCounter, seconds } from "./metric.ts"

const timeToConnect = seconds(
  "botswain_time_to_connect_seconds",
  "From the beginning of a team's attempt to its open connection",
  0.005,
  60
)
const retries = counter("botswain_retries_total", "Waits of teams before another attempt")
const doubleSockets = counter("botswain_double_sockets_total", "Times that a team had two open sockets; must be 0")

/** Metrics of attempts, and of the invariant of one socket a team: what the registry's transitions tell. */
export const attemptMetrics = Effect.gen(function* () {
  const registry = yield* TeamRegistry
  const context = yield* Effect.context()
  const clock = yield* Clock.Clock
  /** Times at which the attempts that are under way began, of the monotonic clock. */
  const began = new WeakMap<Team, number>()
  /** Socket of a team's last connection, until it is closed or another is open. */
  const leftBehind = new WeakMap<Team, Transport>()
  let waits = 0
  let doubles = 0
  const endAttempt = (team: Team) => {
    began.delete(team)
    if (leftBehind.get(team)?.isOpen() === false) leftBehind.delete(team)
  }

  yield* registry.observe(({ from, team, to }) => {
    if (from._tag === "Open") leftBehind.set(team, from.transport)
    switch (to._tag) {
      case "Waiting":
        // For Global, or until its host may be dialled: no part of the attempt.
        return endAttempt(team)
      case "Asking":
      case "Dialing":
        if (!began.has(team)) began.set(team, monotonicMillis(clock))
        return
      case "Open": {
        const start = began.get(team)
        if (start !== undefined) timeToConnect.updateUnsafe((monotonicMillis(clock) - start) / 1000, context)
        began.delete(team)
        if (leftBehind.get(team)?.isOpen() === true) doubles++
        return void leftBehind.delete(team)
      }
      case "Backoff":
      case "SlowRetry":
        waits++
        return endAttempt(team)
      case "Draining":
      case "Departed":
        return endAttempt(team)
    }
  })
  yield* readCounter(retries, () => waits)
  yield* readCounter(doubleSockets, () => doubles)
})
