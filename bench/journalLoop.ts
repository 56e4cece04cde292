// What a journal costs: `node journalLoop.js sqlite FILE`, or `postgres URL`. Prints its figures as JSON.
import { Effect, Layer, Redacted } from "effect"

/** The compiled program, whose types are not those of the bench's own project. */
const built = (path: string) => import(new URL(`../dist/${path}.js`, import.meta.url).href)

/** What is used of a journal. */
interface Writes {
  readonly writeRoster: (changes: ReadonlyArray<object>) => Effect.Effect<void>
  readonly writeCounts: (counts: ReadonlyArray<object>) => Effect.Effect<void>
}

const [kind, where = ""] = process.argv.slice(2)
const { Journal }: { readonly Journal: Effect.Effect<Writes> } = await built("services/Journal")
const { layer: layerOf } = await built(kind === "sqlite" ? "layers/JournalSqlite" : "layers/JournalPostgres")
const layer: Layer.Layer<never> = kind === "sqlite" ? layerOf({ file: where }) : layerOf({ url: Redacted.make(where) })

const stored = 100_000
/** Teams of a fleet that all talk; the others were stored before. */
const changed = 5_000
const flushes = 21
const writes = 101
const place = { wanted: true, generation: 1 }

const median = (values: ReadonlyArray<number>) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

/** Milliseconds of CPU that this thread takes in its longest turn until something is done: what holds up all else. */
const longestTurn = async (work: () => Promise<unknown>): Promise<number> => {
  let longest = 0
  let before = process.threadCpuUsage()
  let isDone = false
  const look = () => {
    const { system, user } = process.threadCpuUsage(before)
    before = process.threadCpuUsage()
    longest = Math.max(longest, (system + user) / 1000)
    if (!isDone) setImmediate(look)
  }
  setImmediate(look)
  await work()
  isDone = true
  await new Promise(setImmediate)
  return longest
}

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now()
  await work()
  return performance.now() - began
}

/** Does something with the journal open; says how long it took to open it. */
const withJournal = async (use: (journal: Writes) => Promise<void>): Promise<number> => {
  const began = performance.now()
  let openedAfter = 0
  const body = Effect.gen(function* () {
    const journal = yield* Journal
    openedAfter = performance.now() - began
    yield* Effect.promise(() => use(journal))
  })
  await Effect.runPromise(Effect.provide(body, Layer.fresh(layer)))
  return openedAfter
}

const run = (effect: Effect.Effect<unknown>) => Effect.runPromise(effect)
const figures: Record<string, number> = {}

/** Flushes the counts of teams again and again; gives how long that takes, and the longest turn. */
const flush = async ({ writeCounts }: Writes, ids: ReadonlyArray<number>) => {
  const took: Array<number> = []
  const turns: Array<number> = []
  let count = 0
  const once = () => {
    count++
    const counts = ids.map((id) => ({ id, messages: count, props: count }))
    return () => run(writeCounts(counts))
  }
  for (let time = 0; time < flushes; time++) took.push(await timed(once()))
  // By themselves: to look at every turn takes a processor.
  for (let time = 0; time < flushes; time++) turns.push(await longestTurn(once()))
  return { took: median(took), turn: Math.max(...turns) }
}
const idsUpTo = (count: number, step = 1) => Array.from({ length: count }, (_, n) => n * step)

await withJournal(async (journal) => {
  const { writeRoster } = journal
  await run(writeRoster(idsUpTo(changed).map((id) => ({ id, place }))))
  const fleet = await flush(journal, idsUpTo(changed))
  await run(writeRoster(idsUpTo(stored).map((id) => ({ id, place }))))
  const few = await flush(
    journal,
    idsUpTo(changed, stored / changed).map((id) => id + 1)
  )
  figures["flush"] = fleet.took
  figures["few"] = few.took
  figures["turn"] = Math.max(fleet.turn, few.turn)
  const single: Array<number> = []
  for (let count = 0; count < writes; count++)
    single.push(await timed(() => run(writeRoster([{ id: `team ${count}`, place }]))))
  figures["roster"] = median(single)
})
const opened: Array<number> = []
for (let count = 0; count < 5; count++) opened.push(await withJournal(async () => {}))
figures["load"] = median(opened)
console.log(JSON.stringify(figures))
