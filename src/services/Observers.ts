import { Effect, type Scope } from "effect"

/** Observers of a service: told at once, in the order in which they came. They must be quick, and must not throw. */
export class Observers<A> {
  readonly #observers = new Set<(event: A) => void>()

  get size(): number {
    return this.#observers.size
  }

  tell(event: A): void {
    for (const observer of this.#observers) observer(event)
  }

  /** Adds an observer until the Scope closes. */
  observe(observer: (event: A) => void): Effect.Effect<void, never, Scope.Scope> {
    return Effect.acquireRelease(
      Effect.sync(() => void this.#observers.add(observer)),
      () => Effect.sync(() => this.#observers.delete(observer))
    )
  }
}
