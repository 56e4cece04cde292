import { Effect, Option, Stream } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { JournalFailed } from "../../services/Journal.ts"
import type { JournalArchive } from "../../services/JournalArchive.ts"
import type { Backend } from "./Backend.ts"
import { answerWithin, teamsRead } from "./bounds.ts"
import * as Statements from "./statements.ts"
import { checkStored } from "./tables.ts"

/** Opens a journal to look at it, for as long as the Scope is open. */
export const openArchive = Effect.fnUntraced(function* (backend: Backend) {
  const { isHeld, sql } = yield* backend.look

  const ask = <A>(statement: Effect.Effect<A, JournalFailed | SqlError.SqlError, SqlClient.SqlClient>) =>
    statement.pipe(
      Effect.provideService(SqlClient.SqlClient, sql),
      Effect.timeoutOrElse({
        duration: answerWithin,
        orElse: () => Effect.fail(new JournalFailed({ reason: "away", detail: "it does not answer" }))
      }),
      Effect.mapError(backend.failureOf)
    )

  const schemaVersion = yield* ask(checkStored)
  const archive: JournalArchive["Service"] = {
    summary: ask(Statements.summary(sql)).pipe(
      Effect.map((numbers) => ({ kind: backend.kind, schemaVersion, isHeld, ...numbers })),
      Effect.withSpan("JournalArchive.summary")
    ),
    teams: Stream.paginate(0, (revision) =>
      Effect.map(
        ask(Statements.teamsAfter(sql, revision, teamsRead)),
        (page) =>
          [[page.teams], page.teams.length === teamsRead ? Option.some(page.revision) : Option.none<number>()] as const
      )
    )
  }
  return archive
})
