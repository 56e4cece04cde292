import type { Effect, Scope } from "effect"
import type { SqlClient } from "effect/sql"
import type { JournalFailed, JournalKind } from "../../services/Journal.ts"

/** Store of a kind: how its tables are reached, and what its errors mean. */
export interface Backend {
  readonly kind: JournalKind
  /**
   * Opens a way to the tables, and takes the lock that only one process has. To close the Scope, which takes no time, gives
   * the lock back, and lets fail at once what waits for an answer. `isFirst`: true when the process starts; after that
   * nothing is made that is not there.
   */
  readonly open: (isFirst: boolean) => Effect.Effect<SqlClient.SqlClient, JournalFailed, Scope.Scope>
  /** Says what an error of it means. */
  readonly failureOf: (error: unknown) => JournalFailed
}
