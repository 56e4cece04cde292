import { Cause, Clock, Duration, Effect, Exit, Fiber, FiberSet, Scope, Semaphore } from "effect"
import { SqlClient, SqlError } from "effect/sql"
import { JournalFailed } from "../../services/Journal.ts"
import { monotonicMillis } from "../../services/monotonic.ts"
import type { Backend, Opening } from "./Backend.ts"
import { answerWithin, mostWaiting } from "./bounds.ts"

/** Runs a statement, and gives the store the whole bound again for the next. */
export type Step = <A, E, R>(statement: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/** What is done in a session. */
export type Work<A> = (
  sql: SqlClient.SqlClient,
  step: Step
) => Effect.Effect<A, JournalFailed | SqlError.SqlError, SqlClient.SqlClient>

/** Does work in a session: one at a time, in order. */
export type Use = <A>(work: Work<A>) => Effect.Effect<A, JournalFailed>

const away = (detail: string) => new JournalFailed({ reason: "away", detail })

/** The first error of a cause, typed or not: a transaction whose end fails as well dies. */
const errorOf = <E>(cause: Cause.Cause<E>): unknown => {
  for (const reason of cause.reasons) {
    if (Cause.isFailReason(reason)) return reason.error
    if (Cause.isDieReason(reason)) return reason.defect
  }
  return undefined
}

/** After these the session is as good as before. */
const harmless: ReadonlySet<JournalFailed["reason"]> = new Set(["full", "read-only", "set back"])

/**
 * Keeps a session with a store: opens it when there is something to do and none is open, and leaves one that fails. `prepare`
 * is done in the first before all else, and `resume` in the others.
 */
export const makeSessions = Effect.fnUntraced(function* (
  backend: Backend,
  {
    check,
    mayMake,
    prepare,
    resume
  }: Pick<Opening, "check" | "mayMake"> & {
    readonly prepare: Work<void>
    readonly resume: Work<void>
  }
) {
  const clock = yield* Clock.Clock
  const now = () => monotonicMillis(clock)
  const running = yield* FiberSet.make()
  const turn = Semaphore.makeUnsafe(1)
  let current: { readonly sql: SqlClient.SqlClient; readonly scope: Scope.Closeable } | undefined
  let isFirst = true
  let waiting = 0
  let hasEnded = false

  const leave = Effect.suspend(() => {
    const left = current
    current = undefined
    return left === undefined ? Effect.void : Scope.close(left.scope, Exit.void)
  })
  // Before what runs is interrupted, so that nothing waits for an answer.
  yield* Effect.addFinalizer(() =>
    Effect.suspend(() => {
      hasEnded = true
      return leave
    })
  )

  /** Does work, and leaves the session when a statement of it is not answered in time. */
  const bounded = Effect.fnUntraced(function* <A>(sql: SqlClient.SqlClient, work: Work<A>) {
    const bound = Duration.toMillis(answerWithin)
    let deadline = now() + bound
    let isLate = false
    const watch = yield* Effect.gen(function* () {
      for (let left = bound; left > 0; left = deadline - now()) yield* Effect.sleep(left)
      isLate = true
      yield* leave
    }).pipe(Effect.forkChild)
    const step: Step = (statement) => Effect.tap(statement, () => Effect.sync(() => void (deadline = now() + bound)))
    return yield* work(sql, step).pipe(
      Effect.provideService(SqlClient.SqlClient, sql),
      Effect.catchCause((cause) => {
        if (isLate) return Effect.fail(away(`it does not answer within ${Duration.format(answerWithin)}`))
        if (Cause.hasInterruptsOnly(cause)) return Effect.interrupt
        const error = errorOf(cause)
        return Effect.fail(error instanceof JournalFailed ? error : backend.failureOf(error))
      }),
      Effect.ensuring(Fiber.interrupt(watch))
    )
  })

  const opened = Effect.gen(function* () {
    if (current !== undefined) return current.sql
    const scope = yield* Scope.make()
    const sql = yield* backend.open({ isFirst, mayMake: isFirst && mayMake, check }).pipe(
      Scope.provide(scope),
      // No thread may be had for it, say.
      Effect.catchDefect((defect) => Effect.fail(backend.failureOf(defect))),
      Effect.onError(() => Scope.close(scope, Exit.void))
    )
    current = { sql, scope }
    yield* Effect.onError(bounded(sql, isFirst ? prepare : resume), () => leave)
    isFirst = false
    return sql
  })

  const use: Use = (work) =>
    Effect.suspend(() => {
      if (hasEnded) return Effect.fail(new JournalFailed({ reason: "failed", detail: "it is closed" }))
      if (waiting >= mostWaiting) return Effect.fail(away("it has not yet answered what came before"))
      waiting++
      return opened.pipe(
        Effect.flatMap((sql) => bounded(sql, work)),
        Effect.tapError(({ reason }) => (harmless.has(reason) ? Effect.void : leave)),
        (effect) => turn.withPermit(effect),
        Effect.ensuring(Effect.sync(() => void waiting--)),
        // Apart from who asked: to be interrupted may take as long as an answer.
        (effect) => FiberSet.run(running, effect),
        Effect.flatMap(Fiber.join)
      )
    })
  return use
})
