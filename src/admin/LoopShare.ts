import { Clock, Context, Effect, Layer, Semaphore } from "effect"
import { monotonicMillis } from "../services/monotonic.ts"
import { TooBusy } from "./api/Refusal.ts"

/** Time that is left to the fleet after each piece of work: so many times what the work took. A quarter is ours. */
const rest = 3
/** Pieces of work that wait for their turn at most, besides those of readers of events. */
const mostWaiting = 32

/**
 * Share of the event loop that costly answers take: they are made one at a time, with a rest after each in which the fleet and
 * the probes go on, however many are asked for at once.
 */
export class LoopShare extends Context.Service<
  LoopShare,
  {
    /** Does a piece of work when its turn comes. */
    readonly take: <A, E, R>(work: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
    /** Does the same, and fails with `TooBusy` where too much waits already. */
    readonly takeSoon: <A, E, R>(work: Effect.Effect<A, E, R>) => Effect.Effect<A, E | TooBusy, R>
  }
>()("botswain/admin/LoopShare") {
  static readonly layer: Layer.Layer<LoopShare> = Layer.effect(
    LoopShare,
    Effect.gen(function* () {
      const clock = yield* Clock.Clock
      const turn = yield* Semaphore.make(1)
      let waiting = 0
      let restUntil = -Infinity

      const take = <A, E, R>(work: Effect.Effect<A, E, R>) =>
        Effect.gen(function* () {
          const left = restUntil - monotonicMillis(clock)
          if (left > 0) yield* Effect.sleep(left)
          const began = monotonicMillis(clock)
          return yield* Effect.ensuring(
            work,
            Effect.sync(() => {
              const ended = monotonicMillis(clock)
              restUntil = ended + rest * (ended - began)
            })
          )
        }).pipe(turn.withPermits(1))

      return {
        take,
        takeSoon: <A, E, R>(work: Effect.Effect<A, E, R>): Effect.Effect<A, E | TooBusy, R> =>
          Effect.suspend((): Effect.Effect<A, E | TooBusy, R> => {
            if (waiting >= mostWaiting) return Effect.fail(new TooBusy({ message: "too much is asked for at once" }))
            waiting++
            return Effect.ensuring(
              take(work),
              Effect.sync(() => waiting--)
            )
          })
      }
    })
  )
}
