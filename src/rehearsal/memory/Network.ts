import { Clock, type Duration, Effect, FiberSet, Scheduler, type Scope } from "effect"
import { TurnQueue } from "./TurnQueue.ts"

/** Latency of something that is sent. Run for each thing. */
export type Latency = Effect.Effect<Duration.Duration>

/** Runs an action when the client's event loop gets to it: at once, or later, but in order. */
export type ReadScheduler = (action: () => void) => void

/** Network that all connections of one rehearsal in memory share. */
export interface Network {
  readonly turns: TurnQueue
  readonly clock: Clock.Clock
  /** `undefined`: what is sent arrives in the turn that it is sent in. */
  readonly latency: Latency | undefined
  readonly run: (effect: Effect.Effect<void>) => void
  /** Runs what the client does about something that has arrived. */
  readonly read: ReadScheduler
}

const atOnce: ReadScheduler = (action) => action()

export const makeNetwork = Effect.fnUntraced(function* (
  latency: Latency | undefined,
  read: ReadScheduler = atOnce
): Effect.fn.Return<Network, never, Scope.Scope> {
  const run = yield* FiberSet.makeRuntime()
  return {
    turns: new TurnQueue(yield* Scheduler.Scheduler),
    clock: yield* Clock.Clock,
    latency,
    run: (effect) => void run(effect),
    read
  }
})
