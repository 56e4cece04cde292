import { Effect } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import { JournalFailed } from "../../services/Journal.ts"
import type { Backend } from "./Backend.ts"
import { makeSessions, type Step, type Work } from "./Sessions.ts"
import * as Statements from "./statements.ts"
import { migrate } from "./tables.ts"
import { takenOver } from "./takenOver.ts"

/**
 * Takes so many revisions, one at least, and gives the last of them; fails if another process has the journal by now. Every
 * write begins with it. `flushedAt`: time of a flush of counts, if it is one.
 */
export type Take = (count: number, flushedAt?: number) => Effect.Effect<number, JournalFailed | SqlError.SqlError>

/** What is written by who has the journal, in a transaction. */
export type OwnWork<A> = (
  sql: SqlClient.SqlClient,
  step: Step,
  take: Take
) => Effect.Effect<A, JournalFailed | SqlError.SqlError>

const setBack = new JournalFailed({ reason: "set back", detail: "what it holds is older than what was written to it" })

/** Takes a journal, for as long as the Scope is open, and claims it under a new epoch. `runner`: name of this process. */
export const own = Effect.fnUntraced(function* (backend: Backend, runner: string, mayMake: boolean) {
  let claim: Statements.Claim = { epoch: 0 }
  /** The last revision that is known to be written. */
  let reached = 0
  /** True from when it is found to have lost what was written, until that is told. */
  let isSetBack = false
  let isTakenOver = false

  const check = (sql: SqlClient.SqlClient) =>
    Effect.flatMap(Statements.claimed(sql), (found) =>
      found.epoch > claim.epoch ? Effect.fail(takenOver) : Effect.succeed(found)
    )
  const claimIt = (sql: SqlClient.SqlClient) =>
    Effect.map(sql.withTransaction(Statements.claim(sql, runner, claim.epoch)), (made) => void (claim = made))
  /** Nobody else has it now: what is older than it was is not another process' work. */
  const resume: Work<void> = (sql, step) =>
    Effect.gen(function* () {
      const { epoch, revision } = yield* step(check(sql))
      if (epoch === claim.epoch && revision >= reached) return
      yield* step(claimIt(sql))
      isSetBack = true
      reached = revision
    })
  const sessions = yield* makeSessions(backend, {
    mayMake,
    check,
    resume,
    prepare: (sql, step) =>
      Effect.andThen(step(migrate(mayMake)), claimIt(sql)).pipe(
        Effect.catchTag("MigrationError", (error) => Effect.fail(backend.failureOf(error.cause ?? error)))
      )
  })

  const use = <A>(work: Work<A>): Effect.Effect<A, JournalFailed> =>
    // Then there is nothing more to open.
    Effect.suspend(() => (isTakenOver ? Effect.fail(takenOver) : sessions(work))).pipe(
      Effect.tapError(({ reason }) => Effect.sync(() => void (isTakenOver ||= reason === "taken over")))
    )

  /** Writes all or nothing: one piece at a time, in order. */
  const write = <A>(work: OwnWork<A>): Effect.Effect<A, JournalFailed> =>
    use((sql, step) =>
      Effect.gen(function* () {
        if (isSetBack) {
          isSetBack = false
          return yield* setBack
        }
        let last = 0
        const take: Take = Effect.fnUntraced(function* (count, flushedAt) {
          const taken = yield* step(Statements.takeRevisions(sql, claim, Math.max(1, count), flushedAt))
          if (taken === undefined) return yield* takenOver
          return (last = taken)
        })
        const done = yield* sql.withTransaction(work(sql, step, take))
        reached = Math.max(reached, last)
        return done
      })
    )

  // What is wrong with it is told now, and not at the first write.
  yield* use(() => Effect.void)
  return { use, write, look: use(Statements.claimed) }
})
