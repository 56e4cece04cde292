import { Effect, type Scheduler } from "effect"

/**
 * Runs the callbacks of both ends of all connections, one after another and never one inside another: so that neither
 * end is called back in the middle of its own call, as it never is on a network.
 */
export class TurnQueue {
  readonly #dispatcher: Scheduler.SchedulerDispatcher
  /** Emptied in the tick that it is filled in. */
  #queue: Array<() => void> = []
  #running = false
  #scheduled = false

  constructor(scheduler: Scheduler.Scheduler) {
    this.#dispatcher = scheduler.makeDispatcher()
  }

  /** Runs a turn after those before it: before this call returns, or, if called from a turn, after that one. */
  run(turn: () => void): void {
    this.#queue.push(turn)
    this.#flush()
  }

  /** Runs a turn after those before it, and not before the calling fiber has given up control. */
  defer(turn: () => void): void {
    this.#queue.push(turn)
    if (this.#running || this.#scheduled) return
    this.#scheduled = true
    this.#dispatcher.scheduleTask(() => {
      this.#scheduled = false
      this.#flush()
    }, 0)
  }

  /** Runs all turns that are due. In a fiber that was resumed by a turn, it waits for the end of that turn. */
  readonly caughtUp: Effect.Effect<void> = Effect.suspend(() => {
    if (this.#running) return Effect.andThen(Effect.yieldNow, this.caughtUp)
    this.#flush()
    return Effect.void
  })

  #flush(): void {
    if (this.#running) return
    this.#running = true
    try {
      for (let turns = this.#take(); turns.length > 0; turns = this.#take()) {
        for (const turn of turns) turn()
      }
    } finally {
      this.#running = false
    }
  }

  #take(): Array<() => void> {
    const turns = this.#queue
    this.#queue = []
    return turns
  }
}
