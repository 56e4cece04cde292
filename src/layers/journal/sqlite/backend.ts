import { resolve } from "node:path"
import { Duration, Effect } from "effect"
import { JournalFailed } from "../../../services/Journal.ts"
import type { Backend } from "../Backend.ts"
import { answerWithin, ownedWithin } from "../bounds.ts"
import { sqliteClient } from "./sqliteClient.ts"
import { failureOf } from "./SqliteError.ts"
import { makeStarter } from "./SqliteThread.ts"

/** A thread that had the lock has ended before another is started: who has it now is another process. */
const takenOver = new JournalFailed({ reason: "taken over", detail: "another process has opened it since" })

/** Keeps a journal in a file. */
export const backend = (path: string): Backend => {
  // As it is now: a bot may change the folder of the process.
  const file = resolve(path)
  const start = makeStarter()
  return {
    kind: "sqlite",
    failureOf,
    open: ({ isFirst }) =>
      start({ file, mode: isFirst ? "first" : "again", lockWithin: Duration.toMillis(ownedWithin) }).pipe(
        Effect.timeoutOrElse({
          duration: Duration.sum(ownedWithin, answerWithin),
          orElse: () => Effect.fail(new JournalFailed({ reason: "away", detail: "its disk does not answer" }))
        }),
        Effect.mapError(failureOf),
        Effect.mapError((failed) => (!isFirst && failed.reason === "in use" ? takenOver : failed)),
        Effect.flatMap(sqliteClient)
      )
  }
}
