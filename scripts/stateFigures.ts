// `npm run figures:state`: what a state weighs, in a file and in a database, for docs/operating.md.
import { statSync } from "node:fs"
import { join } from "node:path"
import { PgConnection } from "@effect/sql-pg"
import { Effect, type Layer } from "effect"
import * as JournalPostgres from "../src/layers/JournalPostgres.ts"
import * as JournalSqlite from "../src/layers/JournalSqlite.ts"
import { Journal, type JournalFailed } from "../src/services/Journal.ts"
import type { TeamId } from "../src/wire/TeamId.ts"
import { startPostgres } from "../test/support/postgres.ts"
import { tempFolder } from "../test/support/tempFolder.ts"

const teams = 100_000
const atOnce = 1_000
/** Flushes in each of which every team has new counts. */
const flushes = 10

const kinds: Readonly<Record<string, (at: number) => TeamId>> = {
  "numbers of ten digits": (at) => 1_000_000_000 + at,
  "texts of 36 characters": (at) => `${at}`.padStart(36, "team-0123456789abcdef-")
}

/** Fills a journal with teams, and counts them up; looks at its size after each flush. */
const fill = (layer: Layer.Layer<never, JournalFailed>, idOf: (at: number) => TeamId, look: Effect.Effect<void>) =>
  Effect.gen(function* () {
    const { writeCounts, writeRoster } = yield* Journal
    const ids = Array.from({ length: teams }, (_, at) => idOf(at))
    const pages = Array.from({ length: teams / atOnce }, (_, page) => ids.slice(page * atOnce, (page + 1) * atOnce))
    const place = { wanted: true, generation: 1 }
    for (const page of pages) yield* writeRoster(page.map((id) => ({ id, place })))
    for (let flush = 1; flush <= flushes; flush++) {
      for (const page of pages) yield* writeCounts(page.map((id) => ({ id, messages: flush * 1_000, props: flush })))
      yield* look
    }
  }).pipe(Effect.provide(layer))

const sizeOf = (path: string) => Effect.sync(() => statSync(path, { throwIfNoEntry: false })?.size ?? 0)

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`

const main = Effect.gen(function* () {
  const folder = yield* tempFolder
  const postgres = yield* startPostgres()
  const lines: Array<string> = []
  for (const [what, idOf] of Object.entries(kinds)) {
    const file = join(folder, `${what}.db`)
    let log = 0
    const look = Effect.map(sizeOf(`${file}-wal`), (size) => void (log = Math.max(log, size)))
    yield* fill(JournalSqlite.layer({ file }), idOf, look)
    const inFile = yield* sizeOf(file)

    const database = yield* postgres.fresh
    let inDatabase = 0
    const ask = Effect.gen(function* () {
      const connection = yield* PgConnection.make({ url: postgres.url(database) })
      const { rows } = yield* connection.query("select pg_total_relation_size('botswain_team') as size", [], false)
      const { size } = rows[0] ?? {}
      inDatabase = Math.max(inDatabase, Number(size))
    }).pipe(Effect.scoped, Effect.orDie)
    yield* fill(JournalPostgres.layer({ url: postgres.url(database) }), idOf, ask)
    lines.push(
      `| ${what} | ${Math.round(inFile / teams)} bytes | ${megabytes(log)} | ${Math.round(inDatabase / teams)} bytes |`
    )
  }
  console.log("| ids | a team in SQLite | log beside it, at most | a team in PostgreSQL, at most |")
  console.log("|---|--:|--:|--:|")
  for (const line of lines) console.log(line)
}).pipe(Effect.scoped)

await Effect.runPromise(main)
