import { Effect } from "effect"

/** Fiber that waits for the journal. */
interface Waiter<A> {
  readonly what: A
  readonly resume: (effect: Effect.Effect<void>) => void
}

/** Fibers that wait until something is in the journal. */
export class Waiters<A> {
  readonly #waiters = new Set<Waiter<A>>()

  get size(): number {
    return this.#waiters.size
  }

  /** Waits until that is let go. `ask` is called when it is waited for: whoever does it lets nobody go before. */
  wait(what: A, ask: () => void): Effect.Effect<void> {
    return Effect.callback<void>((resume) => {
      const waiter = { what, resume }
      this.#waiters.add(waiter)
      ask()
      return Effect.sync(() => this.#waiters.delete(waiter))
    })
  }

  /** Lets those go whose turn it is. */
  letGo(isDone: (what: A) => boolean): void {
    for (const waiter of this.#waiters) {
      if (!isDone(waiter.what)) continue
      this.#waiters.delete(waiter)
      waiter.resume(Effect.void)
    }
  }
}
