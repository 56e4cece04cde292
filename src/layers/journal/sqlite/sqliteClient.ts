import { Effect, Semaphore, Stream } from "effect"
import { Reactivity } from "effect/reactivity"
import { SqlClient, type SqlConnection, SqlError, Statement } from "effect/sql"
import { beginTransaction, type Cell } from "./protocol.ts"
import type { SqliteThread } from "./SqliteThread.ts"

const cellOf = (value: unknown): Cell => {
  switch (typeof value) {
    case "number":
    case "bigint":
    case "string":
      return value
    case "boolean":
      return value ? 1 : 0
    default:
      return value instanceof Uint8Array ? value : null
  }
}

/** Makes Effect's client of SQL out of a thread that has a file open. */
export const sqliteClient = (thread: SqliteThread) => {
  const run = (sql: string, parameters: ReadonlyArray<unknown>, asArrays: boolean) =>
    Effect.mapError(
      thread.ask({ sql, parameters: parameters.map(cellOf), asArrays }),
      (cause) =>
        new SqlError.SqlError({
          reason: new SqlError.UnknownError({ cause, message: cause.message, operation: "execute" })
        })
    )
  const execute: SqlConnection.Connection["execute"] = (sql, parameters, transform) =>
    Effect.map(run(sql, parameters, false), (rows) => (transform ? transform(rows) : rows))
  const values: SqlConnection.Connection["executeValues"] = (sql, parameters) =>
    Effect.map(run(sql, parameters, true), (rows) => rows.map((row) => (Array.isArray(row) ? row : Object.values(row))))
  const connection: SqlConnection.Connection = {
    execute,
    executeUnprepared: execute,
    executeRaw: (sql, parameters) => run(sql, parameters, false),
    executeValues: values,
    executeValuesUnprepared: values,
    // Teams are read in pages.
    executeStream: () => Stream.die("rows of this client do not stream")
  }
  return SqlClient.make({
    ...SqlClient.makeSqliteAcquirers({
      connection: Effect.succeed(connection),
      semaphore: Semaphore.makeUnsafe(1),
      isTransaction: thread.isTransaction
    }),
    compiler: Statement.makeCompilerSqlite(),
    beginTransaction,
    driver: "node:sqlite",
    spanAttributes: [["db.system.name", "sqlite"]]
  }).pipe(Effect.provide(Reactivity.layer))
}
