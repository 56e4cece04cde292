import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads"
import { Deferred, Effect, type Scope } from "effect"
import { noteEnded, noteEnding } from "../../../node/exitProcess.ts"
import { JournalFailed } from "../../../services/Journal.ts"
import { endWithin } from "../bounds.ts"
import type { Answer, Question, ThreadData, ThreadStart } from "./protocol.ts"
import { SqliteError } from "./SqliteError.ts"
import { workerFile } from "./workerFile.ts"

/** A file that a thread has open. */
export interface SqliteThread {
  /** Runs a statement, and waits for its rows. One at a time. */
  readonly ask: (question: Exclude<Question, "end">) => Effect.Effect<ReadonlyArray<object>, SqliteError>
  /** True if it is looked at while a process has it. */
  readonly isHeld: boolean
  /** True while a transaction is open, as of the last answer. */
  readonly isTransaction: () => boolean
}

const ended = () => new SqliteError({ message: "the thread that had the file has ended", errcode: undefined })

/**
 * Starts threads that have a file open. A thread ends with its Scope, within a bound: one that waits in a system call for its
 * disk cannot be ended, and is left behind. As long as there is such a one no other is started. `entry`: what runs in a thread.
 */
export const makeStarter = (entry: URL = workerFile()) => {
  let unending: Worker | undefined

  return (start: ThreadStart): Effect.Effect<SqliteThread, JournalFailed | SqliteError, Scope.Scope> =>
    Effect.gen(function* () {
      if (unending !== undefined)
        return yield* new JournalFailed({ reason: "away", detail: "its disk does not answer" })
      const opened = Deferred.makeUnsafe<boolean, JournalFailed | SqliteError>()
      const exited = Deferred.makeUnsafe<void>()
      const asked: Array<Deferred.Deferred<ReadonlyArray<object>, SqliteError>> = []
      let isTransaction = false
      let isOver = false

      const tell = (question: Question) => port.postMessage(question)
      const settle = (outcome: Effect.Effect<ReadonlyArray<object>, SqliteError>) => {
        const first = asked.shift()
        if (first !== undefined) Deferred.doneUnsafe(first, outcome)
      }
      const isOverNow = () => {
        isOver = true
        while (asked.length > 0) settle(Effect.fail(ended()))
        Deferred.doneUnsafe(opened, Effect.fail(ended()))
      }
      const onAnswer = (answer: Answer) => {
        switch (answer._tag) {
          case "Opened":
            return Deferred.doneUnsafe(opened, Effect.succeed(answer.isHeld))
          case "Refused":
            return Deferred.doneUnsafe(
              opened,
              Effect.fail(new JournalFailed({ reason: answer.reason, detail: answer.detail }))
            )
          case "Rows":
            isTransaction = answer.inTransaction
            return settle(Effect.succeed(answer.rows))
          case "Failed":
            isTransaction = answer.inTransaction
            settle(Effect.fail(new SqliteError(answer.error)))
            return Deferred.doneUnsafe(opened, Effect.fail(new SqliteError(answer.error)))
        }
      }

      const { port1: port, port2 } = new MessageChannel()
      yield* Effect.acquireRelease(
        Effect.sync(() => {
          const data: ThreadData = { start, port: port2 }
          const options = { name: "journal", workerData: data, transferList: [port2], argv: [] }
          const thread = new Worker(entry, options)
          port.on("message", onAnswer)
          thread.on("error", isOverNow)
          thread.on("exit", () => {
            // What it posted last may still be on its way.
            for (let last = receiveMessageOnPort(port); last !== undefined; last = receiveMessageOnPort(port)) {
              onAnswer(last.message)
            }
            port.close()
            isOverNow()
            noteEnded(thread)
            if (unending === thread) unending = undefined
            Deferred.doneUnsafe(exited, Effect.void)
          })
          return thread
        }),
        (thread) =>
          Effect.suspend(() => {
            if (Deferred.isDoneUnsafe(exited)) return Effect.void
            const isBusy = asked.length > 0 || !Deferred.isDoneUnsafe(opened)
            isOverNow()
            unending = thread
            noteEnding(thread)
            tell("end")
            const end = Effect.sync(() => {
              // Never awaited: it is pending as long as the thread is in a system call. `exit` says when it has ended.
              if (unending === thread) void thread.terminate()
            })
            if (isBusy) return end
            return Deferred.await(exited).pipe(Effect.timeoutOption(endWithin), Effect.andThen(end))
          })
      )
      const isHeld = yield* Deferred.await(opened)

      return {
        isHeld,
        ask: (question) =>
          Effect.suspend(() => {
            if (isOver) return Effect.fail(ended())
            const answer = Deferred.makeUnsafe<ReadonlyArray<object>, SqliteError>()
            asked.push(answer)
            tell(question)
            return Deferred.await(answer)
          }),
        isTransaction: () => isTransaction
      }
    })
}
