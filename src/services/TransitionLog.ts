import { Clock, Effect, FiberSet, Layer, LogLevel, References, Schedule } from "effect"
import { entryOf, type FlightEntry } from "./FlightRecorder.ts"
import { TeamRegistry, type Transition } from "./TeamRegistry.ts"

/** Lines of one kind in one window; what is more is counted, and told when the window ends. */
const linesInAWindow = 10
/** In milliseconds. */
const window = 10_000

/** What a transition is worth: a level, and words that are the same for all of its kind. */
interface Kind {
  readonly level: LogLevel.Severity
  readonly message: string
}

const kindOf = ({ from, to }: FlightEntry): Kind => {
  switch (to) {
    case "Open":
      return { level: "Info", message: "a team is connected" }
    case "Backoff":
      return from === "Open"
        ? { level: "Warn", message: "a team's connection was lost" }
        : { level: "Warn", message: "a team's attempt failed" }
    case "SlowLane":
      return { level: "Warn", message: "a team is in the slow lane" }
    case "Departed":
      return { level: "Info", message: "a team has left" }
    case "Waiting":
    case "Asking":
    case "Dialing":
    case "Draining":
      return { level: "Debug", message: `a team's connection is ${to}` }
  }
}

/** The fields of a line; those that say nothing are left out. */
const fieldsOf = ({ id }: Transition, entry: FlightEntry): Record<string, unknown> => {
  const { attempt, cause, code, from, generation, lived, origin, rule, to, wait } = entry
  const fields = { team: id, generation, from, to, attempt, cause, code, wait, rule, lived, origin }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== 0))
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
    const kinds = new Map<string, Kind & { began: number; lines: number; leftOut: number }>()

    const flush = (now: number) => {
      for (const [message, kind] of kinds) {
        if (now - kind.began < window) continue
        kinds.delete(message)
        if (kind.leftOut === 0) continue
        run(
          Effect.annotateLogs(Effect.logWithLevel(kind.level)(`${message}: and so were others`), {
            more: kind.leftOut,
            seconds: Math.round((now - kind.began) / 1000)
          })
        )
      }
    }
    const admits = (kind: Kind, now: number): boolean => {
      if (kind.level === "Debug") return true
      let known = kinds.get(kind.message)
      if (known === undefined) kinds.set(kind.message, (known = { ...kind, began: now, lines: 0, leftOut: 0 }))
      if (known.lines >= linesInAWindow) {
        known.leftOut++
        return false
      }
      known.lines++
      return true
    }

    yield* registry.observe((transition) => {
      const entry = entryOf(transition)
      const kind = kindOf(entry)
      if (!LogLevel.isGreaterThanOrEqualTo(kind.level, least) || !admits(kind, transition.at)) return
      run(Effect.annotateLogs(Effect.logWithLevel(kind.level)(kind.message), fieldsOf(transition, entry)))
    })
    yield* Effect.forkScoped(
      Effect.repeat(
        Effect.delay(
          Effect.sync(() => flush(clock.currentTimeMillisUnsafe())),
          window / 10
        ),
        Schedule.forever
      )
    )
  })
)
