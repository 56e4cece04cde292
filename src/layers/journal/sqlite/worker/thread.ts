// The entry of the thread that has a journal's file. SQLite is synchronous: a disk that hangs would stop the whole fleet.
import type { StatementSync } from "node:sqlite"
import { workerData } from "node:worker_threads"
import { type Answer, beginTransaction, type Question, type ThreadData } from "../protocol.ts"
import { refusalOf } from "./refusal.ts"

/** Statements that are kept prepared, at most. */
const mostPrepared = 64

const { port, start }: ThreadData = workerData
const tell = (answer: Answer) => port.postMessage(answer)
/** SQLite's code for a database that is no longer where it was opened. It looks for that, but not with this kind of log. */
const moved = 1032
const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

const run = async () => {
  const refusal = refusalOf(start)
  if (refusal !== undefined) return tell({ _tag: "Refused", ...refusal })
  const { extendedCodeOf, openFile } = await import("./openFile.ts")
  const failed = (error: unknown, inTransaction: boolean) =>
    tell({ _tag: "Failed", error: { message: messageOf(error), errcode: extendedCodeOf(error) }, inTransaction })
  let file
  try {
    file = openFile(start.file, start.mode, start.lockWithin)
  } catch (error) {
    return failed(error, false)
  }
  if (file === "locked")
    return tell({ _tag: "Refused", reason: "in use", detail: "another process keeps its fleet in it" })
  if ("reason" in file) return tell({ _tag: "Refused", ...file })

  const { close, database, isHeld, isThere } = file
  const prepared = new Map<string, StatementSync>()
  const prepare = (sql: string): StatementSync => {
    const known = prepared.get(sql)
    if (known !== undefined) return known
    if (prepared.size >= mostPrepared) prepared.clear()
    const statement = database.prepare(sql)
    prepared.set(sql, statement)
    return statement
  }
  port.on("message", (question: Question) => {
    if (question === "end") {
      close()
      process.exit(0)
    }
    try {
      if (question.sql === beginTransaction && !isThere()) {
        // At once: this thread may be ended before it is asked to end.
        close()
        return tell({ _tag: "Failed", error: { message: "moved", errcode: moved }, inTransaction: false })
      }
      const statement = prepare(question.sql)
      statement.setReturnArrays(question.asArrays)
      const rows = statement.all(...question.parameters)
      tell({ _tag: "Rows", rows, inTransaction: database.isTransaction })
    } catch (error) {
      failed(error, database.isTransaction)
    }
  })
  tell({ _tag: "Opened", isHeld })
}

await run()
