import { Clock, Context, Effect, FiberSet, Layer } from "effect"
import { LogSampler } from "./LogSampler.ts"
import { monotonicMillis } from "./monotonic.ts"

/** At most one line of a kind in ten seconds. */
const window = { lines: 1, length: 10_000 }

/**
 * Logs warnings that a bad peer can cause at any rate: the first of a kind at once, then at most one line in ten seconds,
 * with the number of those left out. Rule: protocol rows 21 and 22.
 */
export class LogThrottle extends Context.Service<
  LogThrottle,
  {
    /** Logs a warning, unless it is left out. `kind` is one of a few names, never text of a peer. */
    readonly warn: (kind: string, message: string, annotations?: Record<string, unknown>) => Effect.Effect<void>
    /** Does the same at once, from a callback. */
    readonly warnUnsafe: (kind: string, message: string, annotations?: Record<string, unknown>) => void
  }
>()("botswain/services/LogThrottle") {
  static readonly layer: Layer.Layer<LogThrottle> = Layer.effect(
    LogThrottle,
    Effect.gen(function* () {
      const clock = yield* Clock.Clock
      const run = yield* FiberSet.makeRuntime()
      const sampler = new LogSampler(window)

      /** Counts a line. Gives the number left out before it, or `undefined` if it is left out too. */
      const admit = (kind: string): number | undefined => {
        const now = monotonicMillis(clock)
        const leftOut = sampler.isOver(kind, now) ? sampler.end(kind) : 0
        return sampler.count(kind, now).leftOut === 0 ? leftOut : undefined
      }

      const line = (leftOut: number, message: string, annotations: Record<string, unknown> = {}) =>
        Effect.annotateLogs(Effect.logWarning(message), leftOut > 0 ? { ...annotations, leftOut } : annotations)

      return {
        warn: (kind, message, annotations) =>
          Effect.suspend(() => {
            const leftOut = admit(kind)
            return leftOut === undefined ? Effect.void : line(leftOut, message, annotations)
          }),
        warnUnsafe: (kind, message, annotations) => {
          const leftOut = admit(kind)
          if (leftOut !== undefined) run(line(leftOut, message, annotations))
        }
      }
    })
  )
}
