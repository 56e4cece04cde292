import {
  chmodSync,
  chownSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Schedule } from "effect"
import { makeSessions } from "../../src/layers/journal/Sessions.ts"
import { backend } from "../../src/layers/journal/sqlite/backend.ts"
import { makeStarter } from "../../src/layers/journal/sqlite/SqliteThread.ts"
import { layer, layerArchive } from "../../src/layers/JournalSqlite.ts"
import type { JournalFailed, JournalShape } from "../../src/services/Journal.ts"
import { JournalArchive } from "../../src/services/JournalArchive.ts"
import { found, opened, placed, reasonOf, said, team, wanted } from "../layers/journal.contract.ts"
import { heldJournal } from "../support/heldJournal.ts"
import { isReachable } from "../support/postgres.ts"
import { tempFolder } from "../support/tempFolder.ts"

const fresh = Effect.map(tempFolder, (folder) => join(folder, "fleet.db"))

const look = (file: string) => JournalArchive.use(({ summary }) => summary).pipe(Effect.provide(layerArchive({ file })))

const failureOf = <A, R>(effect: Effect.Effect<A, JournalFailed, R>) =>
  effect.pipe(
    Effect.flip,
    Effect.map(({ detail, reason }) => `${reason}: ${detail}`),
    Effect.orDie
  )

const change = (file: string, ...statements: ReadonlyArray<string>) =>
  Effect.sync(() => {
    const database = new DatabaseSync(file)
    for (const statement of statements) database.exec(statement)
    database.close()
  })

/** Repeats until it does not fail. */
const until = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.retry(effect, Schedule.spaced("50 millis"))

const nothing = () => Effect.void

const isRoot = process.getuid?.() === 0

/** Does something as a user to whom not everything is allowed, as it is to root. */
const asNobody = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  isRoot
    ? Effect.acquireUseRelease(
        Effect.sync(() => process.seteuid?.(65534)),
        () => effect,
        () => Effect.sync(() => process.seteuid?.(0))
      )
    : effect

describe("a file that is no journal", () => {
  it.live("is refused, and neither changed nor given company", () =>
    Effect.gen(function* () {
      for (const text of ["{}", "SQLite format 2 and more than enough", "\0".repeat(4096)]) {
        const file = yield* fresh
        writeFileSync(file, text)
        assert.strictEqual(yield* failureOf(found(layer({ file }))), "not a journal: the file is no SQLite database")
        assert.strictEqual(yield* failureOf(look(file)), "not a journal: the file is no SQLite database")
        assert.strictEqual(readFileSync(file, "utf8"), text)
        assert.deepStrictEqual(readdirSync(join(file, "..")), ["fleet.db"])
      }
    })
  )

  it.live("is refused where only its first bytes are a database's", () =>
    Effect.gen(function* () {
      const file = yield* fresh
      writeFileSync(file, `SQLite format 3\0${"x".repeat(8192)}`)
      assert.strictEqual(yield* reasonOf(found(layer({ file }))), "not a journal")
    })
  )

  it.live("is refused where it is a folder, or lies in none", () =>
    Effect.gen(function* () {
      const file = yield* fresh
      mkdirSync(file)
      assert.strictEqual(yield* failureOf(found(layer({ file }))), "not a journal: it is a folder, and not a file")
      const nowhere = join(file, "none", "fleet.db")
      const detail = "failed: the folder that it should lie in does not exist"
      assert.strictEqual(yield* failureOf(found(layer({ file: nowhere }))), detail)
      assert.strictEqual(yield* failureOf(look(nowhere)), "away: there is no such file")
    })
  )

  it.live("is refused where it has a second name, since each name would have a log of its own", () =>
    Effect.gen(function* () {
      const file = yield* fresh
      yield* found(layer({ file }))
      const second = join(file, "..", "second.db")
      linkSync(file, second)
      const detail =
        "failed: the file has 2 names (hard links), each of which would have a log of its own: copy it instead"
      for (const name of [file, second]) {
        assert.strictEqual(yield* failureOf(found(layer({ file: name }))), detail)
        assert.strictEqual(yield* failureOf(look(name)), detail)
      }
      assert.notInclude(readdirSync(join(file, "..")), "second.db-lock")
    })
  )

  it.live("is refused where it is a database of another program", () =>
    Effect.gen(function* () {
      const file = yield* fresh
      yield* change(file, "create table bookmarks (url text)")
      const before = readFileSync(file)
      const detail = "not a journal: the file is a database of another program"
      assert.strictEqual(yield* failureOf(found(layer({ file }))), detail)
      assert.strictEqual(yield* failureOf(look(file)), detail)
      assert.deepStrictEqual(readFileSync(file), before)
    })
  )

  it.live("is refused where its tables have our names and other columns", () =>
    Effect.gen(function* () {
      const file = yield* fresh
      yield* found(layer({ file }))
      yield* change(file, "alter table botswain_team rename column props to probs")
      const detail = "not a journal: its tables are not those of a journal"
      assert.strictEqual(yield* failureOf(found(layer({ file }))), detail)
      assert.strictEqual(yield* failureOf(look(file)), detail)
    })
  )

  it.live("is refused where a newer version of the program has made it", () =>
    Effect.gen(function* () {
      const file = yield* fresh
      yield* found(layer({ file }))
      yield* change(file, "insert into botswain_migration (migration_id, name) values (7, 'later')")
      const detail = "too new: its tables have version 7, and this version of Botswain knows 1"
      assert.strictEqual(yield* failureOf(found(layer({ file }))), detail)
      assert.strictEqual(yield* failureOf(look(file)), detail)
    })
  )

  it.live("is taken where it is empty", () =>
    Effect.gen(function* () {
      const file = yield* fresh
      writeFileSync(file, "")
      assert.deepStrictEqual(yield* found(layer({ file })), [])
    })
  )
})

describe("a file to which this process may not write", () => {
  it.live("is told of as read-only", () =>
    Effect.gen(function* () {
      const file = yield* fresh
      yield* found(layer({ file }))
      const use = yield* makeSessions(backend(file), {
        mayMake: true,
        check: () => Effect.void,
        prepare: () => Effect.void,
        resume: () => Effect.void
      })
      yield* use((sql) => sql`pragma query_only = on`)
      const write = use((sql) => sql`update botswain_global set revision = 1`)
      const detail = "read-only: this process may not write to the file, or to the folder that it lies in"
      assert.strictEqual(yield* failureOf(write), detail)
      yield* use((sql) => sql`pragma query_only = off`)
      yield* write
    }).pipe(Effect.scoped)
  )

  it.live("is refused at the start, and can be looked at", () =>
    Effect.gen(function* () {
      const file = yield* fresh
      const folder = join(file, "..")
      yield* found(layer({ file }))
      chmodSync(folder, 0o755)
      chmodSync(file, 0o444)
      // Who takes the place of root must be able to load the thread's program.
      if (!isRoot || isReachable(import.meta.filename)) {
        assert.strictEqual(yield* asNobody(reasonOf(found(layer({ file })))), "read-only")
        if (isRoot) chownSync(folder, 65534, 65534)
        assert.strictEqual(yield* asNobody(reasonOf(found(layer({ file })))), "read-only")
      }
      assert.isFalse((yield* look(file)).isHeld)
    })
  )
})

describe("a process that has the file", () => {
  it.live("keeps others away until it is killed; what it was told is written is there", () =>
    Effect.gen(function* () {
      const file = yield* fresh
      const holder = yield* heldJournal("sqlite", file)
      assert.strictEqual(yield* failureOf(found(layer({ file }))), "in use: another process keeps its fleet in it")
      assert.isTrue((yield* look(file)).isHeld)
      assert.strictEqual(holder.errors(), "", "nothing is printed, of experiments neither")
      yield* holder.kill
      assert.isFalse((yield* look(file)).isHeld)
      assert.deepStrictEqual(yield* found(layer({ file })), [team("held", wanted(), 5, 2)])
    })
  )

  it.live(
    "keeps others away by whatever way they come to the file: a link to it, to its folder, or to nothing yet",
    () =>
      Effect.gen(function* () {
        const folder = join(yield* fresh, "..")
        mkdirSync(join(folder, "real"))
        symlinkSync(join(folder, "real"), join(folder, "folder"))
        symlinkSync(join("real", "fleet.db"), join(folder, "link.db"))
        // There is no file behind it yet.
        const [link, file, other] = ["link.db", "real/fleet.db", "folder/fleet.db"].map((name) => join(folder, name))
        const journal = yield* opened(layer({ file: link! }))
        yield* journal.writeRoster([placed(1)])
        const inUse = "in use: another process keeps its fleet in it"
        for (const way of [file!, other!]) {
          assert.strictEqual(yield* failureOf(found(layer({ file: way }))), inUse)
          assert.isTrue((yield* look(way)).isHeld)
        }
        assert.notInclude(readdirSync(folder), "link.db-lock")
      }).pipe(Effect.scoped)
  )

  it.live("is refused under an older epoch: its writes change nothing, and never will", () =>
    Effect.gen(function* () {
      const file = yield* fresh
      const journal = yield* opened(layer({ file }))
      yield* journal.writeRoster([placed(1)])
      yield* change(file, "update botswain_global set epoch = epoch + 1")
      const detail = "taken over: another process has opened it since"
      assert.strictEqual(yield* failureOf(journal.writeRoster([placed(2)])), detail)
      yield* change(file, "update botswain_global set epoch = epoch - 1")
      assert.strictEqual(yield* failureOf(journal.writeCounts([said(1, 1)])), detail)
      assert.deepStrictEqual(yield* found(layer({ file })), [team(1, wanted())], "and the lock is free")
    }).pipe(Effect.scoped)
  )
})

describe("a thread that crashes", () => {
  it.live("lets fail what waits for it, and does not keep another from being started", () =>
    Effect.gen(function* () {
      const start = makeStarter(new URL("../support/crashingThread.ts", import.meta.url))
      const question = { sql: "select 1", parameters: [], asArrays: false }
      const life = Effect.gen(function* () {
        const thread = yield* start({ file: "none", mode: "open", lockWithin: 0 })
        const errors = [yield* Effect.flip(thread.ask(question)), yield* Effect.flip(thread.ask(question))]
        // Gone for good, and not only on its way.
        yield* Effect.sleep("200 millis")
        for (const error of errors) assert.strictEqual(backend("none").failureOf(error).reason, "away")
      })
      yield* Effect.scoped(life)
      yield* Effect.scoped(life)
    })
  )
})

describe("a file that fails while it is open", () => {
  it.live("is away while another program has it locked, and is written again after", () =>
    Effect.gen(function* () {
      const file = yield* fresh
      const journal = yield* opened(layer({ file }))
      yield* journal.writeRoster([placed(1)])
      const other = new DatabaseSync(file)
      other.exec("begin immediate")
      assert.strictEqual(
        yield* failureOf(journal.writeCounts([said(1, 1)])),
        "away: another program has the file locked"
      )
      other.exec("rollback")
      other.close()
      yield* journal.writeCounts([said(1, 2)])
      assert.strictEqual((yield* look(file)).messages, 2)
    }).pipe(Effect.scoped)
  )

  it.live("writes all of a write or nothing", () =>
    Effect.gen(function* () {
      const file = yield* fresh
      const journal = yield* opened(layer({ file }))
      yield* change(
        file,
        `create trigger refuse before insert on botswain_team when new.id = '2500' begin select raise(abort, 'no more'); end`
      )
      const all = Array.from({ length: 3000 }, (_, id) => placed(id))
      assert.strictEqual(yield* failureOf(journal.writeRoster(all)), "failed: SQLite says: no more")
      assert.strictEqual((yield* look(file)).wanted, 0)
      yield* change(file, "drop trigger refuse")
      yield* journal.writeRoster(all)
      assert.strictEqual((yield* look(file)).wanted, 3000)
    }).pipe(Effect.scoped)
  )

  it.live("is full where there is no more room, and is written again when there is", () =>
    Effect.gen(function* () {
      const file = yield* fresh
      const store = backend(file)
      yield* found(layer({ file }))
      const use = yield* makeSessions(store, { mayMake: true, check: nothing, prepare: nothing, resume: nothing })
      const fill = use((sql) => sql`insert into botswain_slot values (999, 1, ${"x".repeat(100_000)})`)
      yield* use((sql) => sql`pragma max_page_count = 20`)
      assert.strictEqual(yield* failureOf(fill), "full: there is no room on the disk")
      yield* use((sql) => sql`pragma max_page_count = 2000`)
      yield* fill
    }).pipe(Effect.scoped)
  )

  it.live(
    "that does not answer is away after 5 seconds, at once while its thread is stuck, and is opened again after",
    () =>
      Effect.gen(function* () {
        const file = yield* fresh
        const store = backend(file)
        const use = yield* makeSessions(store, { mayMake: true, check: nothing, prepare: nothing, resume: nothing })
        // A thread cannot be ended in a statement, as it cannot in a system call.
        const endless = use(
          (sql) =>
            sql`with recursive n(x) as (select 1 union all select x + 1 from n where x < 80000000) select max(x) from n`
        )
        assert.strictEqual(yield* failureOf(endless), "away: it does not answer within 5s")
        const [took, failure] = yield* Effect.timed(failureOf(use((sql) => sql`select 1`)))
        assert.strictEqual(failure, "away: its disk does not answer")
        assert.isBelow(Duration.toMillis(took), 1000)
        yield* until(use((sql) => sql`select 1`))
      }).pipe(Effect.scoped)
  )

  it.live("that is changed for an older copy says so once, and then is this process' again, whatever its epoch", () =>
    Effect.gen(function* () {
      const file = yield* fresh
      const older = `${file}.older`
      const changeFor = (journal: JournalShape) =>
        Effect.gen(function* () {
          renameSync(older, file)
          const detail = "away: the file, or one beside it, was moved or removed while it was open"
          assert.strictEqual(yield* failureOf(journal.writeCounts([said(1, 3)])), detail)
          const setBack = "set back: what it holds is older than what was written to it"
          assert.strictEqual(yield* failureOf(journal.writeCounts([said(1, 3)])), setBack)
        })
      yield* found(layer({ file }))
      yield* change(file, `vacuum into '${older}'`)
      const journal = yield* opened(layer({ file }))
      yield* journal.writeRoster([placed(1)])
      yield* changeFor(journal)
      yield* journal.writeRoster([placed(1)])
      yield* change(file, `vacuum into '${older}'`)
      yield* journal.writeCounts([said(1, 2)])
      yield* changeFor(journal)
      yield* journal.writeCounts([said(1, 3)])
      assert.strictEqual((yield* look(file)).messages, 3)
    }).pipe(Effect.scoped)
  )

  for (const beside of [["wal", "shm"], ["shm"], ["lock"]])
    it.live(`whose ${beside.join(" and ")} are removed is away, and is whole again with the next write`, () =>
      Effect.gen(function* () {
        const file = yield* fresh
        const journal = yield* opened(layer({ file }))
        yield* journal.writeRoster([placed(1)])
        yield* journal.writeCounts([said(1, 1)])
        for (const name of beside) rmSync(`${file}-${name}`)
        const detail = "away: the file, or one beside it, was moved or removed while it was open"
        assert.strictEqual(yield* failureOf(journal.writeCounts([said(1, 2)])), detail)
        yield* journal.writeCounts([said(1, 3)])
        assert.deepInclude(yield* look(file), { isHeld: true, wanted: 1, messages: 3 })
        assert.strictEqual(yield* failureOf(found(layer({ file }))), "in use: another process keeps its fleet in it")
      }).pipe(Effect.scoped)
    )

  it.live("of which a copy is made without its log is not empty in it, and tells where it would be", () =>
    Effect.gen(function* () {
      const file = yield* fresh
      const journal = yield* opened(layer({ file }))
      yield* journal.writeRoster([placed(1)])
      copyFileSync(file, `${file}.copy`)
      assert.deepInclude(yield* look(`${file}.copy`), { wanted: 0, epoch: 0 })
      writeFileSync(`${file}.empty`, "")
      const detail = "not a journal: there is nothing in it (a copy of a file that is in use lacks what is in its -wal)"
      assert.strictEqual(yield* failureOf(look(`${file}.empty`)), detail)
    }).pipe(Effect.scoped)
  )

  it.live("that is moved away is away: no other is made in its place, and it is written again when it is back", () =>
    Effect.gen(function* () {
      const file = yield* fresh
      const journal = yield* opened(layer({ file }))
      yield* journal.writeRoster([placed(1)])
      renameSync(file, `${file}.away`)
      const detail = "away: the file, or one beside it, was moved or removed while it was open"
      assert.strictEqual(yield* failureOf(journal.writeRoster([placed(2)])), detail)
      assert.strictEqual(yield* failureOf(journal.writeRoster([placed(2)])), "away: there is no such file")
      assert.notInclude(readdirSync(join(file, "..")), "fleet.db")
      renameSync(`${file}.away`, file)
      yield* journal.writeRoster([placed(3)])
      assert.strictEqual((yield* look(file)).wanted, 2)
    }).pipe(Effect.scoped)
  )
})
