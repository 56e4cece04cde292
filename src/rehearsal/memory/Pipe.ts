import { Clock, Duration, Effect, FiberSet, Scheduler, type Scope } from "effect"
import { TurnQueue } from "./TurnQueue.ts"

/** How long what is sent is under way; asked for each thing that is sent. */
export type Latency = Effect.Effect<Duration.Duration>

/** What the pipes of one memory network share. */
export interface Network {
  readonly turns: TurnQueue
  readonly clock: Clock.Clock
  /** `undefined`: none, and all is delivered in the turn that it is sent in. */
  readonly latency: Latency | undefined
  readonly run: (effect: Effect.Effect<void>) => void
  /** Runs when the client gets to read what has arrived. */
  readonly read: Read
}

/** Runs an action when the client's event loop gets to it: at once, or later, but in order. */
export type Read = (action: () => void) => void

const atOnce: Read = (action) => action()

export const makeNetwork = Effect.fnUntraced(function* (
  latency: Latency | undefined,
  read: Read = atOnce
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

interface Parcel {
  readonly sentAt: number
  readonly deliver: () => void
}

/** One way of a connection: delivers in order. */
export class Pipe {
  readonly #network: Network
  #parcels: Array<Parcel> = []
  #carrying = false

  constructor(network: Network) {
    this.#network = network
  }

  /** `from`: `"server"` is delivered before this returns, where there is no latency; `"client"` after the caller has given up control. */
  send(deliver: () => void, from: "server" | "client"): void {
    const { clock, latency, run, turns } = this.#network
    if (latency === undefined) return from === "server" ? turns.run(deliver) : turns.defer(deliver)
    this.#parcels.push({ sentAt: clock.currentTimeMillisUnsafe(), deliver })
    if (this.#carrying) return
    this.#carrying = true
    run(this.#carry(latency))
  }

  /** What is under way is lost. */
  clear(): void {
    this.#parcels = []
  }

  readonly #carry = Effect.fnUntraced({ self: this }, function* (this: Pipe, latency: Latency) {
    let arrival = 0
    for (let parcel = this.#parcels[0]; parcel !== undefined; parcel = this.#parcels[0]) {
      arrival = Math.max(arrival, parcel.sentAt + Duration.toMillis(yield* latency))
      // Even with nothing to wait for, the sender gives up control first.
      yield* Effect.sleep(Math.max(0, arrival - this.#network.clock.currentTimeMillisUnsafe()))
      if (this.#parcels[0] !== parcel) continue
      this.#parcels.shift()
      this.#network.turns.run(parcel.deliver)
    }
    this.#carrying = false
  })
}
