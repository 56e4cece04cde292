import { Data } from "effect"
import { SqlError } from "effect/sql"
import { JournalFailed } from "../../../services/Journal.ts"

/** Error of SQLite, or of the thread that runs it. `errcode`: SQLite's extended result code. */
export class SqliteError extends Data.TaggedError("SqliteError")<{
  readonly message: string
  readonly errcode: number | undefined
}> {}

const failed = (reason: JournalFailed["reason"], detail: string) => new JournalFailed({ reason, detail })

/** Meanings of SQLite's result codes, primary or extended, that are not this program's fault. */
const meanings: Readonly<Record<number, JournalFailed>> = {
  3: failed("read-only", "this process may not write to the file"),
  5: failed("away", "another program has the file locked"),
  6: failed("away", "another program has the file locked"),
  8: failed("read-only", "this process may not write to the file, or to the folder that it lies in"),
  10: failed("away", "the disk fails"),
  11: failed("not a journal", "the file is damaged"),
  13: failed("full", "there is no room on the disk"),
  14: failed("failed", "this process may not open the file, or make files beside it"),
  26: failed("not a journal", "the file is no SQLite database"),
  1032: failed("away", "the file, or one beside it, was moved or removed while it was open")
}

/** What SQLite says of a table that is not as ours are. */
const isOfOtherTables = (message: string) => /^no such (table|column)|^table \S+ already exists/.test(message)

/** Says what an error means. */
export const failureOf = (error: unknown): JournalFailed => {
  if (error instanceof JournalFailed) return error
  if (error instanceof SqlError.SqlError) return failureOf(error.reason.cause)
  if (!(error instanceof SqliteError)) return failed("failed", error instanceof Error ? error.message : "it fails")
  const { errcode, message } = error
  if (errcode === undefined) return failed("away", message)
  const meaning = meanings[errcode] ?? meanings[errcode & 0xff]
  if (meaning !== undefined) return meaning
  return isOfOtherTables(message)
    ? failed("not a journal", "its tables are not those of a journal")
    : failed("failed", `SQLite says: ${message}`)
}
