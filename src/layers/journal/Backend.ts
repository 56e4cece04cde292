import type { Effect, Scope } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import type { JournalFailed, JournalKind } from "../../services/Journal.ts"

/** How a store is opened. */
export interface Opening {
  /** True when the process starts. */
  readonly isFirst: boolean
  /** Makes what is not there. */
  readonly mayMake: boolean
  /** Fails if another process has taken the journal over. */
  readonly check: (sql: SqlClient.SqlClient) => Effect.Effect<unknown, JournalFailed | SqlError.SqlError>
}

/** Store of a kind: how its tables are reached, and what its errors mean. */
export interface Backend {
  readonly kind: JournalKind
  /**
   * Opens a way to the tables, and takes the lock that only one process has. To close the Scope, which takes no time, gives
   * the lock back, and lets fail at once what waits for an answer.
   */
  readonly open: (opening: Opening) => Effect.Effect<SqlClient.SqlClient, JournalFailed, Scope.Scope>
  /** Opens a way on which nothing can be changed, beside a process that has the lock; `isHeld` says whether there is one. */
  readonly look: Effect.Effect<
    { readonly sql: SqlClient.SqlClient; readonly isHeld: boolean },
    JournalFailed,
    Scope.Scope
  >
  /** Says what an error of it means. */
  readonly failureOf: (error: unknown) => JournalFailed
}
