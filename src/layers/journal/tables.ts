import { Effect } from "effect"
import { Migrator, SqlClient } from "effect/sql"
import { JournalFailed } from "../../services/Journal.ts"

const migrationTable = "botswain_migration"

/**
 * Migrations of the tables, each once, in order. What is written here stays: a change of the tables is one more.
 *
 * The tables are made for one process as well as for several: a slot is a share of the teams, an epoch counts how often it,
 * or the whole, was taken by a process, and a revision orders the changes of the roster.
 */
const migrations = {
  "1_tables": Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    // Room in each page of PostgreSQL for the next version of its rows, which are counted up every second.
    const { forCounts, forKeys, textKey } = sql.onDialectOrElse({
      pg: () => ({ textKey: `text collate "C"`, forCounts: "with (fillfactor = 70)", forKeys: "" }),
      orElse: () => ({ textKey: "text", forCounts: "without rowid", forKeys: "without rowid" })
    })
    yield* sql.unsafe(`create table botswain_global (
      one integer primary key check (one = 1),
      epoch bigint not null,
      revision bigint not null,
      flushed_at bigint
    )`)
    yield* sql.unsafe(`create table botswain_slot (
      slot integer primary key,
      epoch bigint not null,
      runner text not null
    ) ${forKeys}`)
    yield* sql.unsafe(`create table botswain_team (
      key ${textKey} primary key,
      id text not null,
      slot integer not null,
      wanted integer not null,
      generation bigint not null,
      revision bigint not null,
      messages bigint not null,
      props bigint not null
    ) ${forCounts}`)
    yield* sql`create index botswain_team_revision on botswain_team (revision)`
    yield* sql`create index botswain_team_slot on botswain_team (slot, revision)`
    yield* sql`insert into botswain_global (one, epoch, revision) values (1, 0, 0)`
  })
}

/** Version of the tables that this program makes, and reads. */
const schemaVersion = Object.keys(migrations).length

/** Number for PostgreSQL's advisory lock around the migrations. */
const migrationLock = 1_112_493_908

/** Gives the version of the tables that are there; zero if there are none. */
const storedVersion = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const isThere = yield* sql.onDialectOrElse({
    pg: () => sql`select 1 where to_regclass(${migrationTable}) is not null`,
    orElse: () => sql`select 1 from sqlite_master where name = ${migrationTable}`
  })
  if (isThere.length === 0) return 0
  const [row] = yield* sql<{ version: unknown }>`select max(migration_id) as version from ${sql(migrationTable)}`
  return Number(row?.version ?? 0)
})

/** Fails if the tables were made by a newer version of this program, or, unless they may be made, if there are none. */
const checkVersion = (version: number, mayMake: boolean) => {
  if (version === 0 && !mayMake)
    return Effect.fail(new JournalFailed({ reason: "not a journal", detail: "there is no journal in it" }))
  return version <= schemaVersion
    ? Effect.void
    : Effect.fail(
        new JournalFailed({
          reason: "too new",
          detail: `its tables have version ${version}, and this version of Botswain knows ${schemaVersion}`
        })
      )
}

/** Reads nothing from all columns, and so fails where a table is not one of ours. */
const checkTables = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`select one, epoch, revision, flushed_at from botswain_global limit 0`
  yield* sql`select slot, epoch, runner from botswain_slot limit 0`
  yield* sql`select key, id, slot, wanted, generation, revision, messages, props from botswain_team limit 0`
})

/** Looks at tables that are to be read as they are; gives their version. */
export const checkStored = Effect.gen(function* () {
  const version = yield* storedVersion
  yield* checkVersion(version, false)
  yield* checkTables
  return version
})

/** Holds an advisory lock meanwhile: tables that are made by two at once fail in one of them, even "if not exists". */
const oneByOne = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    return yield* sql.onDialectOrElse({
      pg: () =>
        Effect.acquireUseRelease(
          sql`select pg_advisory_lock(${migrationLock})`,
          () => self,
          () => Effect.ignore(sql`select pg_advisory_unlock(${migrationLock})`)
        ),
      // Nobody but who has the file does it.
      orElse: () => self
    })
  })

/** Brings the tables up to this version; makes them if that is allowed. Any number of processes may do so at once. */
export const migrate = (mayMake: boolean) =>
  Effect.gen(function* () {
    yield* checkVersion(yield* storedVersion, mayMake)
    yield* Migrator.make({})({ loader: Migrator.fromRecord(migrations), table: migrationTable })
    yield* checkTables
  }).pipe(oneByOne)
