// A process that has a journal until it is killed: `node holdJournal.ts sqlite <file>`, or `postgres <url>`.
import { Effect, Layer, Redacted } from "effect"
import * as JournalPostgres from "../../src/layers/JournalPostgres.ts"
import * as JournalSqlite from "../../src/layers/JournalSqlite.ts"
import { Journal } from "../../src/services/Journal.ts"

const [kind, where = ""] = process.argv.slice(2)
const layer =
  kind === "sqlite" ? JournalSqlite.layer({ file: where }) : JournalPostgres.layer({ url: Redacted.make(where) })

const hold = Effect.gen(function* () {
  const { writeCounts, writeRoster } = yield* Journal
  yield* writeRoster([{ id: "held", place: { wanted: true, generation: 1 } }])
  yield* writeCounts([{ id: "held", messages: 5, props: 2 }])
  console.log("open")
  return yield* Effect.never
})

Effect.runFork(Effect.provide(hold, Layer.fresh(layer)))
