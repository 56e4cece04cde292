import { Cause, Effect, Latch, type Scope } from "effect"

/** Requests of one kind that are served beside who makes them, those that wait together in one go. */
export interface Batches {
  readonly ask: () => void
  /** Waits until all are served. */
  readonly idle: Effect.Effect<void>
}

/** Serves requests until the Scope closes. `serve` gets how many there are; a defect of it is logged, and is the end. */
export const serveBatches = Effect.fnUntraced(function* <R>(
  serve: (count: number) => Effect.Effect<void, never, R>,
  onDefect: () => void
): Effect.fn.Return<Batches, never, R | Scope.Scope> {
  const asked = yield* Latch.make(false)
  const idle = yield* Latch.make(true)
  let waiting = 0
  const serveThoseThatWait = Effect.gen(function* () {
    yield* asked.await
    asked.closeUnsafe()
    const count = waiting
    waiting = 0
    yield* serve(count)
    if (waiting === 0) idle.openUnsafe()
  })
  const end = (defect: unknown) =>
    Effect.andThen(Effect.logError("requests cannot be served", Cause.die(defect)), Effect.sync(onDefect))
  yield* Effect.forkScoped(Effect.catchDefect(Effect.forever(serveThoseThatWait), end))
  return {
    ask: () => {
      waiting++
      idle.closeUnsafe()
      asked.openUnsafe()
    },
    idle: idle.await
  }
})
