import { Clock, Context, Effect, FiberSet, Layer } from "effect"
import { monotonicMillis } from "./monotonic.ts"

/** Between two lines of one kind. In milliseconds. */
const interval = 10_000

/**
 * Warnings that a bad peer can cause at any rate: the first of a kind is logged at once, then at most one line each ten
 * seconds, with how many were left out. Rule: protocol rows 21 and 22.
 */
export class LogThrottle extends Context.Service<
  LogThrottle,
  {
    readonly warn: (kind: string, message: string, annotations?: Record<string, unknown>) => Effect.Effect<void>
    /** The same from a callback. */
    readonly warnUnsafe: (kind: string, message: string, annotations?: Record<string, unknown>) => void
  }
>()("botswain/services/LogThrottle") {
  static readonly layer: Layer.Layer<LogThrottle> = Layer.effect(
    LogThrottle,
    Effect.gen(function* () {
      const clock = yield* Clock.Clock
      const run = yield* FiberSet.makeRuntime()
      const kinds = new Map<string, { next: number; leftOut: number }>()

      /** How many were left out since the last line, or `undefined` if this one is to be left out too. */
      const admit = (kind: string): number | undefined => {
        const now = monotonicMillis(clock)
        const known = kinds.get(kind)
        if (known !== undefined && now < known.next) {
          known.leftOut++
          return undefined
        }
        kinds.set(kind, { next: now + interval, leftOut: 0 })
        return known?.leftOut ?? 0
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
