import { Clock, Effect, type Fiber, FiberSet, type Scope } from "effect"
import { monotonicMillis } from "../monotonic.ts"

/** An action that is run when it is due. */
export interface Alarm {
  /** Sets the instant, in {@link monotonicMillis}. Of several the soonest counts, and it is then to be set anew. */
  readonly set: (at: number) => void
}

/**
 * Makes an alarm that rings until the Scope closes, with the milliseconds by which it is late. It rings in a later turn at the
 * soonest, so that what comes in one turn is seen together.
 */
export const makeAlarm = Effect.fnUntraced(function* (
  ring: (late: number) => Effect.Effect<void>
): Effect.fn.Return<Alarm, never, Scope.Scope> {
  const clock = yield* Clock.Clock
  const run = yield* FiberSet.makeRuntime()
  let due = Infinity
  /** Fiber that sleeps until then. One that rings is none: it may set the alarm itself, and must not be ended by that. */
  let sleeper: Fiber.Fiber<void> | undefined
  const wakeUp = Effect.suspend(() => {
    const late = Math.max(0, monotonicMillis(clock) - due)
    due = Infinity
    sleeper = undefined
    return ring(late)
  })
  return {
    set: (at) => {
      if (at >= due) return
      due = at
      sleeper?.interruptUnsafe()
      const wait = Math.ceil(at - monotonicMillis(clock))
      sleeper = run(Effect.andThen(wait > 0 ? Effect.sleep(wait) : Effect.yieldNow, wakeUp))
    }
  }
})
