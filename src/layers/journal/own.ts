import { Effect } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import type { JournalFailed } from "../../services/Journal.ts"
import type { Backend, Opening } from "./Backend.ts"
import { makeSessions, type Step } from "./Sessions.ts"
import * as Statements from "./statements.ts"
import { migrate } from "./tables.ts"
import { takenOver } from "./takenOver.ts"

/** What is done by who has the journal. */
export type OwnWork<A> = (
  sql: SqlClient.SqlClient,
  step: Step,
  claim: Statements.Claim
) => Effect.Effect<A, JournalFailed | SqlError.SqlError>

/** Does work as the one who has the journal: one piece at a time, in order. */
export type UseOwn = <A>(work: OwnWork<A>) => Effect.Effect<A, JournalFailed>

/** Takes a journal, for as long as the Scope is open, and claims it under a new epoch. `runner`: name of this process. */
export const own = Effect.fnUntraced(function* (backend: Backend, runner: string, mayMake: boolean) {
  let claim: Statements.Claim | undefined
  let isTakenOver = false

  const check: Opening["check"] = (sql) =>
    Effect.flatMap(Statements.claimedEpoch(sql), (epoch) =>
      epoch === claim?.epoch ? Effect.void : Effect.fail(takenOver)
    )
  const sessions = yield* makeSessions(backend, {
    mayMake,
    check,
    prepare: (sql, step) =>
      Effect.gen(function* () {
        yield* step(migrate(mayMake))
        claim = yield* sql.withTransaction(Statements.claim(sql, runner))
      }).pipe(Effect.catchTag("MigrationError", (error) => Effect.fail(backend.failureOf(error.cause ?? error))))
  })

  const use: UseOwn = (work) =>
    Effect.suspend(() =>
      // Then there is nothing more to open.
      isTakenOver
        ? Effect.fail(takenOver)
        : sessions((sql, step) => (claim === undefined ? Effect.fail(takenOver) : work(sql, step, claim)))
    ).pipe(Effect.tapError(({ reason }) => Effect.sync(() => void (isTakenOver ||= reason === "taken over"))))

  // What is wrong with it is told now, and not at the first write.
  yield* use(() => Effect.void)
  return use
})
