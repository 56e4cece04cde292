import { Clock, Effect, FiberSet, Layer, LogLevel, References } from "effect"
import { monotonicMillis } from "../services/monotonic.ts"
import { TeamRegistry, type Transition } from "../services/TeamRegistry.ts"
import type { TeamState } from "../services/TeamState.ts"
import { entryOf } from "./FlightEntry.ts"

/** Lines of one kind in one window; what is more is counted, and told when the window ends. */
const linesInAWindow = 10
/** In milliseconds. */
const window = 10_000

/** What a transition is worth: a level, and words that are the same for all of its kind. */
interface Kind {
  readonly level: LogLevel.Severity
  readonly message: string
}

const step = (state: string): Kind => ({ level: "Debug", message: `a team's connection is ${state}` })

/** What it is worth that a team comes to a state. */
const kinds: Readonly<Record<TeamState["_tag"], Kind>> = {
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

/** The fields of a line; those that say nothing are left out. */
const fieldsOf = (transition: Transition): Record<string, unknown> => {
  const { attempt, cause, code, from, generation, lived, origin, rule, to, wait } = entryOf(transition)
  const fields = { team: transition.id, generation, from, to, cause, code, wait, rule, lived, origin }
  const said = Object.entries({ ...fields, attempt: attempt === 0 ? undefined : attempt })
  return Object.fromEntries(said.filter(([, value]) => value !== undefined))
}

/**
 * One line for each transition, with its team, generation, attempt and cause. Ten of a kind each ten seconds: a whole
 * outage is ten lines, and one that says how many more there were. Steps on the way are at Debug, and not sampled.
 */
export const layer: Layer.Layer<never, never, TeamRegistry> = Layer.effectDiscard(
  Effect.gen(function* () {
    const registry = yield* TeamRegistry
    const clock = yield* Clock.Clock
    const least = yield* References.MinimumLogLevel
    const run = yield* FiberSet.makeRuntime()
    const windows = new Map<string, { began: number; lines: number; leftOut: number }>()

    /** Ends the window of a kind, and tells what was left out in it. */
    const endWindow = ({ level, message }: Kind) =>
      Effect.suspend(() => {
        const ended = windows.get(message)
        windows.delete(message)
        return Effect.annotateLogs(Effect.logWithLevel(level)(`${message}: and so were others`), {
          more: ended?.leftOut ?? 0,
          seconds: window / 1000
        })
      })
    const admits = (kind: Kind): boolean => {
      if (kind.level === "Debug") return true
      const now = monotonicMillis(clock)
      let known = windows.get(kind.message)
      if (known === undefined || (known.leftOut === 0 && now - known.began >= window)) {
        windows.set(kind.message, (known = { began: now, lines: 0, leftOut: 0 }))
      }
      if (known.lines < linesInAWindow) {
        known.lines++
        return true
      }
      // A timer only while there is something to tell: a fleet that is calm has none.
      if (known.leftOut++ === 0) run(Effect.delay(endWindow(kind), known.began + window - now))
      return false
    }

    yield* registry.observe((transition) => {
      const kind = kindOf(transition)
      if (!LogLevel.isGreaterThanOrEqualTo(kind.level, least) || !admits(kind)) return
      run(Effect.annotateLogs(Effect.logWithLevel(kind.level)(kind.message), fieldsOf(transition)))
    })
  })
)
