import { PgClient } from "@effect/sql-pg"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer, Redacted, Schedule, Tracer } from "effect"
import { migrate } from "../../src/layers/journal/tables.ts"
import { layer, layerArchive } from "../../src/layers/JournalPostgres.ts"
import type { JournalFailed } from "../../src/services/Journal.ts"
import { JournalArchive } from "../../src/services/JournalArchive.ts"
import { found, opened, placed, reasonOf, said, team, wanted } from "../layers/journal.contract.ts"
import { heldJournal } from "../support/heldJournal.ts"
import { type Postgres, postgresForFile } from "../support/postgres.ts"

let postgres: Postgres
let end: () => Promise<void>

beforeAll(async () => ({ end, postgres } = await postgresForFile()).postgres)
afterAll(() => end())

const fresh = Effect.suspend(() => postgres.fresh)

const journalIn = (database: string) => layer({ url: postgres.url(database) })
const look = (database: string) =>
  JournalArchive.use(({ summary }) => summary).pipe(Effect.provide(layerArchive({ url: postgres.url(database) })))

const failureOf = <A, R>(effect: Effect.Effect<A, JournalFailed, R>) =>
  effect.pipe(
    Effect.flip,
    Effect.map(({ detail, reason }) => `${reason}: ${detail}`),
    Effect.orDie
  )

/** Repeats until it does not fail. */
const until = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.retry(effect, Schedule.spaced("50 millis"))

const at = (url: string) => failureOf(found(layer({ url: Redacted.make(url) })))

describe("a database that cannot be had", () => {
  it.live("is away, in words that say why, and neither show URL nor password", () =>
    Effect.gen(function* () {
      const { port } = postgres
      const refused = "away: the server refuses this user or password"
      assert.strictEqual(yield* failureOf(found(layer({ url: postgres.url("postgres", "wrong") }))), refused)
      assert.strictEqual(yield* at(`postgres://nobody:hunter2@127.0.0.1:${port}/postgres`), refused)
      assert.strictEqual(yield* failureOf(found(journalIn("none"))), "away: the server has no such database")
      assert.strictEqual(
        yield* at("postgres://a:hunter2@127.0.0.1:1/a"),
        "away: nothing listens there: the connection is refused"
      )
      assert.match(yield* at("postgres://a:hunter2@no-such-host.invalid/a"), /^away: (the name|nobody)/)
      for (const url of [
        "postgres://",
        "hunter2",
        "postgres://a:hunter2@[/x",
        "postgres://a:hunter2@127.0.0.1:99999/a"
      ])
        assert.notInclude(yield* at(url), "hunter2")
    })
  )

  it.live("shows neither in its spans", () =>
    Effect.gen(function* () {
      const database = yield* fresh
      const seen: Array<string> = []
      const tracer = Tracer.make({
        span: (options) => {
          const span = new Tracer.NativeSpan(options)
          seen.push(options.name)
          const set = span.attribute.bind(span)
          span.attribute = (key, value) => {
            seen.push(`${key}=${String(value)}`)
            set(key, value)
          }
          return span
        }
      })
      const url = postgres.url(database)
      yield* Effect.scoped(
        Effect.gen(function* () {
          const journal = yield* opened(layer({ url }))
          yield* journal.writeRoster([placed(1)])
          yield* journal.writeCounts([said(1, 1)])
        })
      ).pipe(Effect.withTracer(tracer))
      assert.include(seen, "Journal.writeRoster")
      const [, password = ""] = /:([^:@]+)@/.exec(Redacted.value(url)) ?? []
      for (const text of seen) {
        assert.notInclude(text, password)
        assert.notInclude(text, Redacted.value(url))
      }
    })
  )
})

describe("tables that are none of a journal of this version", () => {
  it.live("are refused where they are of a newer one", () =>
    Effect.gen(function* () {
      const database = yield* fresh
      yield* found(journalIn(database))
      yield* postgres.run(database, "insert into botswain_migration (migration_id, name) values (7, 'later')")
      const detail = "too new: its tables have version 7, and this version of Botswain knows 1"
      assert.strictEqual(yield* failureOf(found(journalIn(database))), detail)
      assert.strictEqual(yield* failureOf(look(database)), detail)
    })
  )

  it.live("are refused where they have our names and other columns", () =>
    Effect.gen(function* () {
      const database = yield* fresh
      yield* postgres.run(database, "create table botswain_team (name text)")
      assert.strictEqual(
        yield* failureOf(found(journalIn(database))),
        "not a journal: a table has the name of one of ours"
      )
      yield* postgres.run(database, "drop table botswain_team")
      yield* found(journalIn(database))
      yield* postgres.run(database, "alter table botswain_team rename column props to probs")
      const detail = "not a journal: its tables are not those of a journal"
      assert.strictEqual(yield* failureOf(found(journalIn(database))), detail)
      assert.strictEqual(yield* failureOf(look(database)), detail)
    })
  )

  it.live("do not disturb, where they are of others", () =>
    Effect.gen(function* () {
      const database = yield* fresh
      yield* postgres.run(database, "create table team (name text)")
      assert.deepStrictEqual(yield* found(journalIn(database)), [])
    })
  )

  it.live("are made once where sixty processes start at once, each of which has the journal in its turn", () =>
    Effect.gen(function* () {
      const database = yield* fresh
      const once = found(journalIn(database))
      const all = yield* Effect.forEach(Array.from({ length: 60 }), () => Effect.result(once), { concurrency: 60 })
      for (const one of all) if (one._tag === "Failure") assert.strictEqual(one.failure.reason, "in use")
      const had = all.filter(({ _tag }) => _tag === "Success").length
      assert.isAtLeast(had, 1)
      assert.strictEqual((yield* look(database)).epoch, had)
    })
  )
})

describe("sixty processes", () => {
  it.live("make the tables at once, without any other lock, and none fails", () =>
    Effect.gen(function* () {
      const database = yield* fresh
      const client = PgClient.layer({ url: postgres.url(database), maxConnections: 1 })
      yield* Effect.forEach(Array.from({ length: 60 }), () => Effect.provide(migrate(true), Layer.fresh(client)), {
        concurrency: 60
      })
      assert.strictEqual((yield* look(database)).schemaVersion, 1)
    })
  )
})

describe("a database in which this user may not write", () => {
  it.live("is read-only", () =>
    Effect.gen(function* () {
      const database = yield* fresh
      const journal = yield* opened(journalIn(database))
      yield* journal.writeRoster([placed(1)])
      const set = (value: string) =>
        postgres.run(
          database,
          `alter database ${database} set default_transaction_read_only = ${value}`,
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'botswain'"
        )
      yield* set("on")
      const detail = "read-only: the server lets nobody write: it is a standby, or set to read only"
      yield* Effect.ignore(journal.writeRoster([placed(2)]))
      assert.strictEqual(yield* failureOf(journal.writeRoster([placed(2)])), detail)
      yield* postgres.run("postgres", `alter database ${database} reset default_transaction_read_only`)
      yield* postgres.run(
        "postgres",
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'botswain'"
      )
      yield* until(journal.writeRoster([placed(2)]))
      assert.strictEqual((yield* look(database)).wanted, 2)
    }).pipe(Effect.scoped)
  )

  it.live("is read-only where the user may make no tables", () =>
    Effect.gen(function* () {
      const database = yield* fresh
      yield* postgres.run(database, "drop role if exists guest", "create role guest login password 'guest'")
      const url = `postgres://guest:guest@127.0.0.1:${postgres.port}/${database}`
      assert.strictEqual(yield* at(url), "read-only: this user may not write there, or make tables")
    })
  )
})

describe("a process that has the database", () => {
  it.live("keeps others away until it is killed; what it was told is written is there", () =>
    Effect.gen(function* () {
      const database = yield* fresh
      const holder = yield* heldJournal("postgres", Redacted.value(postgres.url(database)))
      assert.strictEqual(yield* failureOf(found(journalIn(database))), "in use: another process keeps its fleet in it")
      assert.isTrue((yield* look(database)).isHeld)
      yield* holder.kill
      assert.deepStrictEqual(yield* found(journalIn(database)), [team("held", wanted(), 5, 2)])
    })
  )

  it.live("is waited for at the start of the next", () =>
    Effect.gen(function* () {
      const database = yield* fresh
      const holder = yield* heldJournal("postgres", Redacted.value(postgres.url(database)))
      const [stored] = yield* Effect.all([found(journalIn(database)), Effect.delay(holder.kill, "1 second")], {
        concurrency: 2
      })
      assert.deepStrictEqual(stored, [team("held", wanted(), 5, 2)])
    })
  )

  it.live("is refused under an older epoch: its writes change nothing, and never will", () =>
    Effect.gen(function* () {
      const database = yield* fresh
      const journal = yield* opened(journalIn(database))
      yield* journal.writeRoster([placed(1)])
      yield* postgres.run(database, "update botswain_global set epoch = epoch + 1")
      const detail = "taken over: another process has opened it since"
      assert.strictEqual(yield* failureOf(journal.writeRoster([placed(2)])), detail)
      yield* postgres.run(database, "update botswain_global set epoch = epoch - 1")
      assert.strictEqual(yield* failureOf(journal.writeCounts([said(1, 1)])), detail)
      assert.deepStrictEqual(yield* found(journalIn(database)), [team(1, wanted())], "and the lock is free")
    }).pipe(Effect.scoped)
  )

  it.live("that loses its session to another process is taken over", () =>
    Effect.gen(function* () {
      const database = yield* fresh
      const journal = yield* opened(journalIn(database))
      yield* journal.writeRoster([placed(1)])
      yield* postgres.run(
        database,
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'botswain' and datname = current_database()"
      )
      const next = yield* opened(journalIn(database))
      yield* next.writeRoster([placed(2)])
      yield* Effect.ignore(journal.writeRoster([placed(3)]))
      assert.strictEqual(yield* reasonOf(journal.writeRoster([placed(3)])), "taken over")
      yield* next.writeRoster([placed(4)])
      assert.strictEqual((yield* look(database)).wanted, 3)
    }).pipe(Effect.scoped)
  )
})

describe("a database that fails while it is open", () => {
  it.live("writes all of a write or nothing, is full where there is no room, and is written again after", () =>
    Effect.gen(function* () {
      const database = yield* fresh
      const journal = yield* opened(journalIn(database))
      yield* postgres.run(
        database,
        `create function refuse() returns trigger language plpgsql as
          $$ begin raise exception 'no space left on device' using errcode = '53100'; end $$`,
        "create trigger refuse before insert on botswain_team for each row when (new.id = '2500') execute function refuse()"
      )
      const all = Array.from({ length: 3000 }, (_, id) => placed(id))
      assert.strictEqual(yield* failureOf(journal.writeRoster(all)), "full: the server has no room on its disk")
      assert.strictEqual((yield* look(database)).wanted, 0)
      yield* postgres.run(database, "drop trigger refuse on botswain_team")
      yield* journal.writeRoster(all)
      assert.strictEqual((yield* look(database)).wanted, 3000)
    }).pipe(Effect.scoped)
  )

  it.live("is away within 5 seconds where it stands still, and written again when it goes on", () =>
    Effect.gen(function* () {
      const database = yield* fresh
      const journal = yield* opened(journalIn(database))
      yield* journal.writeRoster([placed(1)])
      yield* postgres.freeze
      const [took, failure] = yield* Effect.timed(failureOf(journal.writeCounts([said(1, 1)])))
      assert.strictEqual(failure, "away: it does not answer within 5s")
      assert.isBelow(Duration.toMillis(took), 6000)
      assert.strictEqual(yield* failureOf(journal.writeCounts([said(1, 1)])), "away: it does not answer")
      yield* postgres.thaw
      yield* until(journal.writeCounts([said(1, 2)]))
      assert.strictEqual((yield* look(database)).messages, 2)
    }).pipe(Effect.ensuring(postgres.thaw), Effect.scoped)
  )

  it.live("ends without delay while it stands still", () =>
    Effect.gen(function* () {
      const database = yield* fresh
      const [took] = yield* Effect.scoped(
        Effect.gen(function* () {
          const journal = yield* opened(journalIn(database))
          yield* postgres.freeze
          yield* Effect.forkScoped(Effect.exit(journal.writeCounts([said(1, 1)])))
          yield* Effect.sleep("50 millis")
        })
      ).pipe(Effect.timed)
      assert.isBelow(Duration.toMillis(took), 3000)
    }).pipe(Effect.ensuring(Effect.suspend(() => postgres.thaw)))
  )

  it.live("that is set back, as by a standby that lacks the last writes, says so once, and is written again", () =>
    Effect.gen(function* () {
      const database = yield* fresh
      const journal = yield* opened(journalIn(database))
      const cut =
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'botswain' and datname = current_database()"
      const isSetBack = until(
        Effect.filterOrFail(Effect.flip(journal.writeCounts([said(1, 3)])), ({ reason }) => reason === "set back")
      )
      yield* journal.writeRoster([placed(1)])
      yield* postgres.run(database, "delete from botswain_team")
      yield* postgres.run(database, "update botswain_global set revision = revision - 1")
      yield* postgres.run(database, cut)
      yield* isSetBack
      yield* journal.writeRoster([placed(1)])
      // As it was before this process came.
      yield* postgres.run(database, "update botswain_global set epoch = 0")
      yield* postgres.run(database, cut)
      yield* isSetBack
      yield* journal.writeCounts([said(1, 3)])
      assert.strictEqual((yield* look(database)).messages, 3)
    }).pipe(Effect.scoped)
  )

  it.live("is away while it is stopped; then the lock is taken again without a write, and writes go on", () =>
    Effect.gen(function* () {
      const database = yield* fresh
      const journal = yield* opened(journalIn(database))
      yield* journal.writeRoster([placed(1)])
      yield* postgres.stop
      assert.strictEqual(yield* reasonOf(journal.writeCounts([said(1, 1)])), "away")
      assert.strictEqual(yield* reasonOf(journal.writeCounts([said(1, 1)])), "away")
      yield* postgres.start
      yield* until(Effect.filterOrFail(look(database), ({ isHeld }) => isHeld))
      yield* journal.writeCounts([said(1, 3)])
      assert.strictEqual((yield* look(database)).messages, 3)
    }).pipe(Effect.scoped)
  )
})
