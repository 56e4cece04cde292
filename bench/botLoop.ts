// What a bot costs the fleet's event loop: messages are offered as connections do, less the same loop without a bot.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { monitorEventLoopDelay } from "node:perf_hooks"
import { setTimeout as sleep } from "node:timers/promises"
import { Context, Effect, Layer, References } from "effect"

type Offer = (team: number, text: string, at: number) => void

/** The compiled program, whose types are not those of the bench's own project. */
const built = (path: string) => import(new URL(`../dist/${path}.js`, import.meta.url).href)

const text = `{"type":"chat","text":"hello"}`.padEnd(120)
/** Milliseconds until a load is steady, and for which it is measured. */
const settle = 500
const measured = 1500
const rounds = 5

const micros = ({ system, user }: { readonly system: number; readonly user: number }) => system + user

/** Microseconds of this thread, and of all threads, for each message of a load of so many a millisecond. */
const measure = async (each: number, offer: Offer) => {
  let offered = 0
  const began = performance.now()
  const timer = setInterval(() => {
    const due = (performance.now() - began) * each
    while (offered < due) offer(offered++ % 1000, text, 1)
  }, 1)
  await sleep(settle)
  const [thread, all, before] = [process.threadCpuUsage(), process.cpuUsage(), offered]
  await sleep(measured)
  const cost = {
    loop: micros(process.threadCpuUsage(thread)),
    all: micros(process.cpuUsage(all)),
    messages: offered - before
  }
  clearInterval(timer)
  return { loop: cost.loop / cost.messages, all: cost.all / cost.messages }
}

/** Times that the bot ends while the loop is watched. */
const restarts = 5

/** Milliseconds that the loop is late by, at most, while a bot under load exits and is started again. */
const lagOfRestarts = async (offer: Offer, restarted: () => number) => {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  const timer = setInterval(() => {
    for (let team = 0; team < 10; team++) offer(team, text, 1)
  }, 1)
  delay.enable()
  const before = restarted()
  for (let time = 0; time < restarts; time++) {
    offer(0, "exit", 1)
    await sleep(1000)
  }
  delay.disable()
  clearInterval(timer)
  if (restarted() - before < restarts) throw new Error("the bot was not started again")
  return delay.max / 1e6
}

const median = (values: ReadonlyArray<number>) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN

const run = Effect.gen(function* () {
  const [isolation] = process.argv.slice(2)
  const folder = mkdtempSync(join(tmpdir(), "botswain-bench-"))
  const file = join(folder, "bot.mjs")
  writeFileSync(file, `export default ({ text }) => { if (text === "exit") process.exit() }`)
  yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(folder, { recursive: true })))

  const load = (path: string) => Effect.promise(() => built(path))
  const isolatedBot = yield* load("bots/isolatedBot")
  const workers = yield* load(`bots/Worker${isolation === "process" ? "Process" : "Thread"}`)
  const stats = yield* load("layers/StatsMemory")
  const { Settings } = yield* load("services/Settings")
  const { Inbox } = yield* load("services/Inbox")
  const { BotHost } = yield* load("services/BotHost")
  const { BotBounds, defaultBounds } = yield* load("bots/bounds")
  const layer: Layer.Layer<never> = isolatedBot
    .layer({ file, memory: 512 * 1024 * 1024, print: (_: string, line: string) => console.error(line) })
    .pipe(
      Layer.provide(workers.layer),
      Layer.provide(stats.layer),
      Layer.provide(Settings.layer({ url: "ws://127.0.0.1:1/global" }))
    )
  const context = yield* Effect.provideService(Layer.build(layer), BotBounds, { ...defaultBounds, waits: [200] })
  const { offer } = Context.getUnsafe(context, Inbox) as { readonly offer: Offer }
  const { look } = Context.getUnsafe(context, BotHost) as {
    readonly look: () => { readonly counts: Readonly<Record<string, number>>; readonly restarts: number }
  }

  let sink: Array<number | string> = []
  const nowhere: Offer = (...message) => {
    sink.push(...message)
    if (sink.length > 300) sink = []
  }
  const result: Record<string, number> = {}
  for (const each of [1, 10, 100]) {
    const costs: Array<{ readonly loop: number; readonly all: number }> = []
    for (let round = 0; round < rounds; round++) {
      const base = yield* Effect.promise(() => measure(each, nowhere))
      const cost = yield* Effect.promise(() => measure(each, offer))
      costs.push({ loop: cost.loop - base.loop, all: cost.all - base.all })
    }
    result[`loop@${each}`] = median(costs.map(({ loop }) => loop))
    result[`all@${each}`] = median(costs.map(({ all }) => all))
  }
  yield* Effect.promise(() => sleep(settle))
  const { handled = 0, offered = 1 } = look().counts
  const lag = yield* Effect.promise(() => lagOfRestarts(offer, () => look().restarts))
  return { ...result, handled: (100 * handled) / offered, lag }
})

// What the supervisor logs of the restarts is no figure.
const figures = await Effect.runPromise(Effect.provideService(Effect.scoped(run), References.MinimumLogLevel, "None"))
console.log(JSON.stringify(figures))
