import { Clock, Effect, FiberSet, Layer, LogLevel, References } from "effect"
import { LogSampler } from "../services/LogSampler.ts"
import { monotonicMillis } from "../services/monotonic.ts"
import { TeamRegistry, type Transition } from "../services/TeamRegistry.ts"
import type { StateTag } from "../services/TeamState.ts"
import { entryOf } from "./FlightEntry.ts"

/** At most ten lines of a kind in ten seconds, and then one that says how many more there were. */
const window = { lines: 10, length: 10_000 }

/** Level and message of all transitions of a kind. */
interface Kind {
  readonly level: LogLevel.Severity
  readonly message: string
}

const step = (state: string): Kind => ({ level: "Debug", message: `a team's connection is ${state}` })

/** Kind of a transition, by the state that a team comes to. */
const kinds: Readonly<Record<StateTag, Kind>> = {
  Waiting: step("Waiting"),
  Asking: step("Asking"),
  Dialing: step("Dialing"),
  Open: { level: "Info", message: "a team is connected" },
  Backoff: { level: "Warn", message: "a team's attempt failed" },
  SlowRetry: { level: "Warn", message: "a team is in the slow lane" },
  Draining: step("Draining"),
  Departed: { level: "Info", message: "a team has left" }
}
const lost: Kind = { level: "Warn", message: "a team's connection was lost" }

const kindOf = ({ from, to }: Transition): Kind =>
  from._tag === "Open" && to._tag === "Backoff" ? lost : kinds[to._tag]

/** Annotations of a line; those without a value are left out. */
const fieldsOf = (transition: Transition): Record<string, unknown> => {
  const { attempt, cause, code, from, generation, lived, origin, rule, to, wait } = entryOf(transition)
  const fields = { team: transition.id, generation, from, to, cause, code, wait, rule, lived, origin }
  const all = Object.entries({ ...fields, attempt: attempt === 0 ? undefined : attempt })
  return Object.fromEntries(all.filter(([, value]) => value !== undefined))
}

/**
 * Logs each transition, with its team, generation, attempt and cause. At most ten of a kind in ten seconds: a whole outage
 * is ten lines, and one that says how many more there were. Steps on the way are at Debug, and not sampled.
 */
export const layer: Layer.Layer<never, never, TeamRegistry> = Layer.effectDiscard(
  Effect.gen(function* () {
    const registry = yield* TeamRegistry
    const clock = yield* Clock.Clock
    const least = yield* References.MinimumLogLevel
    const run = yield* FiberSet.makeRuntime()
    const sampler = new LogSampler(window)

    const logOthers = ({ level, message }: Kind) =>
      Effect.suspend(() =>
        Effect.annotateLogs(Effect.logWithLevel(level)(`${message}: and so were others`), {
          more: sampler.end(message),
          seconds: window.length / 1000
        })
      )
    const admits = (kind: Kind): boolean => {
      if (kind.level === "Debug") return true
      const now = monotonicMillis(clock)
      const { ends, leftOut } = sampler.count(kind.message, now)
      // A timer only while there is something to tell: a calm fleet has none.
      if (leftOut === 1) run(Effect.delay(logOthers(kind), ends - now))
      return leftOut === 0
    }

    yield* registry.observe((transition) => {
      const kind = kindOf(transition)
      if (!LogLevel.isGreaterThanOrEqualTo(kind.level, least) || !admits(kind)) return
      run(Effect.annotateLogs(Effect.logWithLevel(kind.level)(kind.message), fieldsOf(transition)))
    })
  })
)
