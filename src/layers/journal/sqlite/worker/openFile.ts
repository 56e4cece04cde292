import { closeSync, existsSync, openSync, realpathSync, rmSync, statSync } from "node:fs"
import type { DatabaseSync as Database } from "node:sqlite"
import type { OpenMode } from "../protocol.ts"
import type { Refusal } from "./refusal.ts"
import { DatabaseSync } from "./sqlite.ts"

/** Number in the file's head that tells it from databases of other programs: "bots" in ASCII. */
const applicationId = 0x626f7473

/** Milliseconds for which a statement waits for a lock of another program: less than the bound of an answer. */
const busyWithin = 4_000

/**
 * Path of the file itself, by whatever links it is reached: the lock lies beside that, as SQLite's own log does. A link to
 * nothing leads to nothing yet, so that what may be made is made first.
 */
const realFile = (file: string, mode: OpenMode): string => {
  try {
    if (mode === "make") closeSync(openSync(file, "a"))
    return realpathSync(file)
  } catch {
    // SQLite says in its own words what is wrong with it.
    return file
  }
}

/** Number by which the system knows the file that is at a path now. */
const numberOfFile = (file: string): number | undefined => statSync(file, { throwIfNoEntry: false })?.ino

/** A file that is open, with what keeps it for this process. */
export interface OpenFile {
  readonly database: Database
  readonly close: () => void
  /**
   * True if the file is still where it was opened, and so are those beside it: its lock, without which another process may
   * take it, and its log, without which nobody finds what is written. To be asked before a transaction.
   */
  readonly isThere: () => boolean
  /** True if it is looked at while a process has it. */
  readonly isHeld: boolean
}

/**
 * Takes the lock that one process has at a time: a transaction that never ends, on a file beside. Not on the file itself, which
 * others may read meanwhile. The system drops it when the process ends, however it does.
 */
const lock = (file: string, waitMillis: number): Database => {
  const database = new DatabaseSync(`${file}-lock`, { timeout: waitMillis })
  try {
    database.exec("begin exclusive")
  } catch (error) {
    database.close()
    throw error
  }
  return database
}

/** True if a process has the lock now. */
const isLocked = (file: string): boolean => {
  if (!existsSync(`${file}-lock`)) return false
  const database = new DatabaseSync(`${file}-lock`, { readOnly: true })
  try {
    database.exec("select count(*) from sqlite_master")
    return false
  } catch (error) {
    if (codeOf(error) === 5) return true
    throw error
  } finally {
    database.close()
  }
}

const numberOf = (database: Database, sql: string): number =>
  Number(Object.values(database.prepare(sql).get() ?? {})[0])

/** Carries over into a new file what is in its log, once it has tables: a copy of the file alone is then not taken for empty. */
const keepTables = (database: Database): boolean => {
  if (numberOf(database, "select count(*) from sqlite_master where name = 'botswain_team'") === 0) return false
  database.exec("pragma wal_checkpoint(truncate)")
  return true
}

/** Opens a file. Fails with a refusal where it is a database of another program; throws what SQLite throws. */
export const openFile = (given: string, mode: OpenMode, lockWithin: number): OpenFile | Refusal | "locked" => {
  const file = realFile(given, mode)
  let owned: Database | undefined
  if (mode !== "look") {
    try {
      owned = lock(file, lockWithin)
    } catch (error) {
      if (codeOf(error) === 5) return "locked"
      throw error
    }
  }
  const database = new DatabaseSync(file, { timeout: busyWithin, readOnly: mode === "look" })
  const numbers = () => [given, ...["", "-lock", "-wal", "-shm"].map((end) => `${file}${end}`)].map(numberOfFile)
  const opened = numberOfFile(file)
  let all: ReadonlyArray<number | undefined> = []
  let isNew = false
  const close = () => {
    if (!database.isOpen) return
    database.close()
    if (owned === undefined) return
    const now = numberOfFile(file)
    // SQLite would carry the log of the file that was there over into the one that is there now, and so break it.
    if (now !== undefined && now !== opened) for (const log of ["wal", "shm"]) rmSync(`${file}-${log}`, { force: true })
    owned.close()
  }
  try {
    const isEmpty = numberOf(database, "select count(*) from sqlite_master") === 0
    const isOurs = numberOf(database, "pragma application_id") === applicationId
    if (!isOurs && !(isEmpty && mode === "make")) {
      close()
      const nothing = "there is nothing in it (a copy of a file that is in use lacks what is in its -wal)"
      return { reason: "not a journal", detail: isEmpty ? nothing : "the file is a database of another program" }
    }
    isNew = isEmpty
    if (mode !== "look") {
      database.exec("pragma journal_mode = wal")
      // What was told of is on the disk, whatever happens to the machine.
      database.exec("pragma synchronous = full")
      // In pages of 4 KiB: what is written every second goes into the log, and seldom from there into the tables.
      database.exec("pragma wal_autocheckpoint = 8192")
      // In bytes: where many changes came at once the log does not keep their size.
      database.exec("pragma journal_size_limit = 67108864")
      // In KiB.
      database.exec("pragma cache_size = -16384")
      if (!isOurs) database.exec(`pragma application_id = ${applicationId}`)
      // Has made the log by now.
      numberOf(database, "select count(*) from sqlite_master")
      all = numbers()
    }
  } catch (error) {
    close()
    throw error
  }
  const isThere = () => {
    if (numbers().some((number, at) => number !== all[at])) return false
    if (isNew) isNew = !keepTables(database)
    return true
  }
  return { database, close, isThere, isHeld: mode === "look" && isLocked(file) }
}

/** SQLite's primary result code of an error. */
export const codeOf = (error: unknown): number | undefined => {
  const code = extendedCodeOf(error)
  return code === undefined ? undefined : code & 0xff
}

/** SQLite's extended result code of an error: its cause, more exactly. */
export const extendedCodeOf = (error: unknown): number | undefined =>
  error instanceof Error && "errcode" in error && typeof error.errcode === "number" ? error.errcode : undefined
