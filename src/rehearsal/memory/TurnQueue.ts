import { Effect, type Scheduler } from "effect"

/**
 * What happens between the two ends of connections in one process, one turn after another and never one inside another:
 * so that neither end is called back in the middle of its own call, as it never is on a network.
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

  /** After the turns before it, before this call returns; if called from a turn, after that. */
  run(turn: () => void): void {
    this.#queue.push(turn)
    this.#flush()
  }

  /** After the turns before it, and not before the caller has given up control. */
  defer(turn: () => void): void {
    this.#queue.push(turn)
    if (this.#running || this.#scheduled) return
    this.#scheduled = true
    this.#dispatcher.scheduleTask(() => {
      this.#scheduled = false
      this.#flush()
    }, 0)
  }

  /** Done when all turns that are due are taken. In a fiber that was resumed from a turn, it waits for the end of that. */
  readonly caughtUp: Effect.Effect<void> = Effect.suspend(() => {
    if (this.#running) return Effect.andThen(Effect.yieldNow, this.caughtUp)
    this.#flush()
    return Effect.void
  })

  #flush(): void {
    if (this.#running) return
    this.#running = true
    try {
      for (let taken = this.#take(); taken.length > 0; taken = this.#take()) {
        for (const turn of taken) turn()
      }
    } finally {
      this.#running = false
    }
  }

  #take(): Array<() => void> {
    const taken = this.#queue
    this.#queue = []
    return taken
  }
}
