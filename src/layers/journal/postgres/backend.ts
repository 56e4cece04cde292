import { PgClient } from "@effect/sql-pg"
import { Duration, Effect, type Redacted } from "effect"
import { Reactivity } from "effect/reactivity"
import type { SqlClient, SqlError } from "effect/sql"
import { JournalFailed } from "../../../services/Journal.ts"
import type { Backend } from "../Backend.ts"
import { answerWithin, ownedWithin } from "../bounds.ts"
import { failureOf } from "./postgresFailure.ts"

/** Numbers of the advisory lock that one process has at a time, in one database. */
const lockKeys = [1_112_493_908, 1] as const

/**
 * Settings of a session. Set in it, and not when it is opened: what stands between may refuse to start one with settings that
 * it does not know.
 */
const settings: Readonly<Record<string, string>> = {
  TimeZone: "UTC",
  statement_timeout: `${Duration.toMillis(answerWithin)}`,
  // Of a process that is gone in the middle.
  idle_in_transaction_session_timeout: "15s",
  // A host that has died holds the lock for half a minute at most.
  tcp_keepalives_idle: "10",
  tcp_keepalives_interval: "5",
  tcp_keepalives_count: "4",
  tcp_user_timeout: "30000",
  // A commit that was answered is on the disk, whatever is usual there.
  synchronous_commit: "on"
}

const configure = (sql: SqlClient.SqlClient) =>
  sql`select set_config(name, value, false) from json_each_text(cast(${JSON.stringify(settings)} as json)) as s(name, value)`

/** Waits for the lock, in line with others that do. The session that takes it has it until it ends. */
const lock = (sql: SqlClient.SqlClient) =>
  Effect.gen(function* () {
    const wait = Duration.toMillis(ownedWithin)
    yield* sql`select set_config('statement_timeout', ${`${2 * wait}`}, false), set_config('lock_timeout', ${`${wait}`}, false)`
    yield* sql`select pg_advisory_lock(${lockKeys[0]}, ${lockKeys[1]})`
    yield* sql`select set_config('lock_timeout', '0', false)`
    yield* configure(sql)
  })

const connect = (url: Redacted.Redacted) =>
  PgClient.makeClient({ url, applicationName: "botswain", connectTimeout: answerWithin, keepAlive: "10 seconds" }).pipe(
    Effect.provide(Reactivity.layer)
  )

/** Bounds how long it takes to open a way. */
const within =
  (duration: Duration.Duration) =>
  <A, R>(opening: Effect.Effect<A, JournalFailed | SqlError.SqlError, R>) =>
    opening.pipe(
      Effect.timeoutOrElse({
        duration,
        orElse: () => Effect.fail(new JournalFailed({ reason: "away", detail: "it does not answer" }))
      }),
      Effect.mapError(failureOf)
    )

const inUse = new JournalFailed({ reason: "in use", detail: "another process keeps its fleet in it" })

/** A session that was lost ends when its server finds that out. */
const notYetFree = new JournalFailed({
  reason: "away",
  detail: "its lock is not yet free after the connection was cut"
})

/** Keeps a journal in a database, by one connection, which also has the lock: what is written is written by who has it. */
export const backend = (url: Redacted.Redacted): Backend => ({
  kind: "postgres",
  failureOf,
  open: ({ check, isFirst }) =>
    Effect.gen(function* () {
      const sql = yield* connect(url)
      yield* configure(sql)
      yield* Effect.catchIf(
        lock(sql),
        ({ reason }) => reason._tag === "LockTimeoutError",
        () => (isFirst ? Effect.fail(inUse) : Effect.andThen(check(sql), Effect.fail(notYetFree)))
      )
      return sql
    }).pipe(within(Duration.sum(Duration.times(ownedWithin, 2), answerWithin))),
  look: Effect.gen(function* () {
    const sql = yield* connect(url)
    yield* configure(sql)
    yield* sql`select set_config('default_transaction_read_only', 'on', false)`
    const held = yield* sql`select 1 from pg_locks where locktype = 'advisory' and granted and objsubid = 2
      and database = (select oid from pg_database where datname = current_database())
      and classid = ${lockKeys[0]} and objid = ${lockKeys[1]}`
    return { sql, isHeld: held.length > 0 }
  }).pipe(within(Duration.times(answerWithin, 2)))
})
