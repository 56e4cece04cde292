import type { MessagePort } from "node:worker_threads"
import type { JournalTrouble } from "../../../services/Journal.ts"

/** How a file is opened: to have it alone, and make it if need be, or not; or to look at it while somebody has it. */
export type OpenMode = "make" | "open" | "look"

/** What the thread is started with. */
export interface ThreadStart {
  readonly file: string
  readonly mode: OpenMode
  /** Milliseconds for which the lock is waited for. */
  readonly lockWithin: number
}

/** What the thread is given. */
export interface ThreadData {
  readonly start: ThreadStart
  readonly port: MessagePort
}

/** Value that goes into a statement, or comes out of one. */
export type Cell = null | number | bigint | string | Uint8Array

/** Asks the thread to run a statement; or, with none, to close the file and end. */
export type Question =
  | { readonly sql: string; readonly parameters: ReadonlyArray<Cell>; readonly asArrays: boolean }
  | "end"

/** Error of SQLite: `errcode` is its extended result code. */
export interface ThreadError {
  readonly message: string
  readonly errcode: number | undefined
}

/** What the thread tells: that it is open, or why not; then an answer to each question, in order. */
export type Answer =
  | { readonly _tag: "Opened"; readonly isHeld: boolean }
  | { readonly _tag: "Refused"; readonly reason: JournalTrouble; readonly detail: string }
  | { readonly _tag: "Rows"; readonly rows: ReadonlyArray<object>; readonly inTransaction: boolean }
  | { readonly _tag: "Failed"; readonly error: ThreadError; readonly inTransaction: boolean }

/** Statement with which what writes begins. */
export const beginTransaction = "begin immediate"
