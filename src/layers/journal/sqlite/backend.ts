import { resolve } from "node:path"
import { Duration, Effect } from "effect"
import { JournalFailed } from "../../../services/Journal.ts"
import type { Backend } from "../Backend.ts"
import { answerWithin, ownedWithin } from "../bounds.ts"
import { takenOver } from "../takenOver.ts"
import type { OpenMode } from "./protocol.ts"
import { sqliteClient } from "./sqliteClient.ts"
import { failureOf } from "./SqliteError.ts"
import { makeStarter } from "./SqliteThread.ts"

/** Keeps a journal in a file. */
export const backend = (path: string): Backend => {
  // As it is now: a bot may change the folder of the process.
  const file = resolve(path)
  const startThread = makeStarter()
  const start = (mode: OpenMode) =>
    startThread({ file, mode, lockWithin: Duration.toMillis(ownedWithin) }).pipe(
      Effect.timeoutOrElse({
        duration: Duration.sum(ownedWithin, answerWithin),
        orElse: () => Effect.fail(new JournalFailed({ reason: "away", detail: "its disk does not answer" }))
      }),
      Effect.mapError(failureOf)
    )
  return {
    kind: "sqlite",
    failureOf,
    open: ({ isFirst, mayMake }) =>
      start(mayMake ? "make" : "open").pipe(
        Effect.mapError((failed) =>
          // A thread that had the lock has ended before another is started: who has it now is another process.
          !isFirst && failed.reason === "in use" ? takenOver : failed
        ),
        Effect.flatMap(sqliteClient)
      ),
    look: Effect.flatMap(start("look"), (thread) =>
      Effect.map(sqliteClient(thread), (sql) => ({ sql, isHeld: thread.isHeld }))
    )
  }
}
