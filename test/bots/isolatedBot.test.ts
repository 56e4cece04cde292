import { assert, describe, it } from "@effect/vitest"
import { Context, type Duration, Effect, Exit, Fiber, Layer, Logger, References, Result, Scope } from "effect"
import { TestClock } from "effect/testing"
import type { BadBot } from "../../src/bots/BadBot.ts"
import { BotDrain } from "../../src/bots/BotDrain.ts"
import { BotEnd } from "../../src/bots/BotEnd.ts"
import * as IsolatedBot from "../../src/bots/isolatedBot.ts"
import * as StatsMemory from "../../src/layers/StatsMemory.ts"
import { BotHost, botTrouble } from "../../src/services/BotHost.ts"
import { Inbox } from "../../src/services/Inbox.ts"
import { Stats } from "../../src/services/Stats.ts"
import { settings } from "../support/settings.ts"
import { fakeWorkers, type Manners } from "./FakeWorkers.ts"

const pass = (time: Duration.Input) => TestClock.adjust(time)

/** A bot of fake lives, its host, and what is printed and logged. */
const begin = Effect.fnUntraced(function* (manners: Manners = {}) {
  const workers = fakeWorkers(manners)
  const lines: Array<string> = []
  const log = Logger.layer([
    Logger.make(({ fiber, message }) => {
      const fields = Object.entries(fiber.getRef(References.CurrentLogAnnotations)).map(
        ([key, value]) => `${key}=${String(value)}`
      )
      lines.push([message, ...fields].flat().join(" "))
    })
  ])
  const bot = IsolatedBot.layer({
    file: "bot.ts",
    memory: 100,
    print: (stream, line) => lines.push(`${stream}: ${line}`)
  }).pipe(
    Layer.provide(workers.layer),
    Layer.provideMerge(StatsMemory.layer),
    Layer.provide(settings({ drainTimeout: "3 seconds" })),
    Layer.provideMerge(log)
  )
  const scope = yield* Scope.make()
  yield* Effect.addFinalizer(() => Scope.close(scope, Exit.void))
  const building = yield* Effect.forkScoped(Layer.buildWithScope(bot, scope))
  yield* pass(0)
  return { ...workers, lines, log, building, close: Scope.close(scope, Exit.void) }
})

/** A bot that is up. */
const up = Effect.fnUntraced(function* (manners: Manners = {}) {
  const bot = yield* begin(manners)
  yield* pass(100)
  const context = yield* Fiber.join(bot.building)
  const { look } = Context.get(context, BotHost)
  const { offer } = Context.get(context, Inbox)
  const { totalsUnsafe } = Context.get(context, Stats)
  const drain = Context.get(context, BotDrain)
  return {
    ...bot,
    look,
    offer,
    drain: { begin: drain.begin, finish: Effect.provide(drain.finish, bot.log) },
    incidents: () => totalsUnsafe().incidents,
    isBalanced: () => {
      const { counts, held } = look()
      const { failed, handled, lost, offered, overflow } = counts
      assert.strictEqual(handled + failed + overflow + lost + held, offered)
    }
  }
})

const refusal = ({ building }: { readonly building: Fiber.Fiber<unknown, BadBot> }) =>
  Effect.map(Effect.result(Fiber.join(building)), (result) =>
    Result.isFailure(result) ? result.failure.message : "it is up"
  )

describe("a bot that runs apart", () => {
  it.effect("is given together what is read in one turn, and is told of no more", () =>
    Effect.gen(function* () {
      const { incidents, isBalanced, lives, look, offer } = yield* up({ obliging: true })
      for (let n = 0; n < 10; n++) offer(n, `text ${n}`, 7)
      assert.strictEqual(lives[0]?.posted.length, 0)
      yield* pass(0)
      assert.strictEqual(lives[0]?.posted.length, 1)
      assert.deepStrictEqual(lives[0]?.posted[0]?.slice(0, 6), [0, "text 0", 7, 1, "text 1", 7])
      assert.deepInclude(look().counts, { offered: 10, handled: 10 })
      assert.deepStrictEqual(incidents(), {})
      isBalanced()
    })
  )

  it.effect("is given a long queue in several turns", () =>
    Effect.gen(function* () {
      const { lives, offer } = yield* up()
      for (let n = 0; n < 3000; n++) offer(n, "x")
      for (let turn = 0; turn < 3; turn++) yield* pass(0)
      assert.deepStrictEqual(
        lives[0]?.posted.map((batch) => batch.length / 3),
        [1024, 1024, 952]
      )
    })
  )

  it.effect("counts what finds no room", () =>
    Effect.gen(function* () {
      const { incidents, isBalanced, lives, offer } = yield* up()
      for (let n = 0; n < 20_000; n++) {
        offer(n, "x")
        if (n % 500 === 0) yield* pass(0)
      }
      lives[0]?.report({ done: 10, overflow: 2, failed: 1 })
      assert.deepStrictEqual(incidents(), { "inbox.overflow": 3618, "bot.failed": 1 })
      isBalanced()
    })
  )

  const ends: ReadonlyArray<readonly [what: string, how: BotEnd, why: string]> = [
    ["throws", BotEnd.Threw({ problem: "boom" }), "it threw: boom"],
    ["exits", BotEnd.Exited({ code: 7 }), "it exited with code 7"],
    ["crashes", BotEnd.Signalled({ signal: "SIGSEGV" }), "it was ended by SIGSEGV"],
    ["runs out of memory", BotEnd.OutOfMemory(), "it ran out of memory"]
  ]
  for (const [what, how, why] of ends) {
    it.effect(`that ${what} is told of, its messages are lost, and it is started again`, () =>
      Effect.gen(function* () {
        const { incidents, isBalanced, lines, lives, look, offer } = yield* up()
        for (let n = 0; n < 5; n++) offer(n, "x")
        yield* pass(0)
        lives[0]?.end(how)
        yield* pass(0)
        assert.deepStrictEqual(lines, [`the bot has ended, and is started again why=${why} again=1s lost=5`])
        assert.deepInclude(look(), { state: "down", restarts: 0 })
        assert.strictEqual(botTrouble(look()), `the bot is down: ${why}`)
        offer("later", "y")
        yield* pass("1100 millis")
        assert.deepStrictEqual(lives[1]?.texts, ["y"])
        assert.deepInclude(look(), { state: "up", restarts: 1, trouble: why })
        assert.isUndefined(botTrouble(look()))
        assert.deepStrictEqual(incidents(), { "bot.lost": 5, "bot.restarted": 1 })
        isBalanced()
        yield* pass("1 minute")
        assert.isUndefined(look().trouble)
      })
    )
  }

  it.effect("waits longer before each start, and begins anew once a life was long", () =>
    Effect.gen(function* () {
      const { lives } = yield* up()
      const crash = () => lives.at(-1)?.end(BotEnd.Exited({ code: 1 }))
      for (const wait of [1, 2, 5, 15, 60, 60]) {
        const before = lives.length
        crash()
        yield* pass(wait * 1000 - 1)
        assert.strictEqual(lives.length, before, `${wait} s`)
        yield* pass(1)
        assert.strictEqual(lives.length, before + 1, `${wait} s`)
        yield* pass(100)
      }
      yield* pass("1 minute")
      crash()
      yield* pass("1 second")
      assert.strictEqual(lives.length, 8)
    })
  )

  it.effect("that loops is ended after ten seconds of silence, and started again", () =>
    Effect.gen(function* () {
      const { lines, lives, manners } = yield* up()
      manners.beats = false
      yield* pass("9900 millis")
      assert.isFalse(lives[0]?.isOver)
      yield* pass("500 millis")
      assert.isTrue(lives[0]?.isOver)
      assert.include(lines[0], "it did not answer for 10s: it loops, or waits in a system call")
      yield* pass("2 seconds")
      assert.strictEqual(lives.length, 2)
    })
  )

  it.effect("that uses more memory than it may is ended, and started again", () =>
    Effect.gen(function* () {
      const { lines, lives, manners } = yield* up()
      manners.memory = 250
      yield* pass("250 millis")
      assert.isTrue(lives[0]?.isOver)
      assert.include(lines[0], "of memory, and may use")
    })
  )

  it.effect("that sends what is no report, or a report that cannot be, is ended", () =>
    Effect.gen(function* () {
      const { lines, lives, look } = yield* up()
      lives[0]?.tell({ _tag: "Nonsense" })
      yield* pass("1100 millis")
      lives[1]?.report({ done: 1_000_000 })
      yield* pass(0)
      assert.deepStrictEqual(
        lines.map((line) => /why=(.*) again/.exec(line)?.[1]),
        ["it sent what is no report", "it sent what is no report"]
      )
      assert.deepInclude(look().counts, { offered: 0, handled: 0 })
    })
  )

  it.effect("for which there is no thread is tried again", () =>
    Effect.gen(function* () {
      const { lines, lives, look, manners } = yield* up()
      manners.isRefused = true
      lives[0]?.end(BotEnd.Exited({ code: 1 }))
      yield* pass("1 second")
      assert.include(lines.at(-1), "why=it could not be started: no more threads again=2s")
      manners.isRefused = false
      yield* pass("2100 millis")
      assert.deepInclude(look(), { state: "up", restarts: 2 })
    })
  )

  it.effect("that cannot be ended is waited for no longer than a second, and four of them hold up the next", () =>
    Effect.gen(function* () {
      const { lines, lives, look, manners } = yield* up({ canEnd: false })
      manners.beats = false
      for (const wait of [1, 2, 5]) yield* pass(`${wait + 12} seconds`)
      yield* pass("1 minute")
      assert.deepInclude(look(), { state: "down", unending: 4 })
      assert.include(botTrouble(look()), "4 of its threads or processes cannot be ended")
      assert.include(lines.at(-1), "the bot cannot be ended, so it is not started again until it has")
      assert.strictEqual(lives.length, 4)
      yield* pass("1 hour")
      assert.strictEqual(lives.length, 4)
      lives[0]?.end(BotEnd.Exited({ code: 1 }))
      yield* pass(0)
      assert.deepInclude(look(), { unending: 3, state: "loading" })
      assert.strictEqual(lives.length, 5)
      for (const life of lives) life.end(BotEnd.Exited({ code: 1 }))
    })
  )

  it.effect("is printed and logged for, as if it ran here, and what was left out is counted", () =>
    Effect.gen(function* () {
      const { lines, lives } = yield* up()
      lives[0]?.tell({
        _tag: "Report",
        done: 0,
        failed: 0,
        overflow: 0,
        characters: 0,
        leftOut: 3,
        said: [
          { _tag: "Printed", stream: "stdout", text: "hello" },
          { _tag: "Logged", level: "Warn", message: ["careful", 1], annotations: { team: 7 } }
        ]
      })
      assert.deepStrictEqual(lines, ["stdout: hello", "careful 1 team=7", "stderr: 3 lines of the bot were left out"])
    })
  )
})

describe("a bot at its start", () => {
  it.effect("that is refused fails the layer with the reason", () =>
    Effect.gen(function* () {
      const bot = yield* begin({ loads: undefined })
      bot.lives[0]?.tell({ _tag: "Refused", problem: "it has no default export" })
      yield* pass(0)
      assert.strictEqual(yield* refusal(bot), "--bot bot.ts: it has no default export")
      assert.isTrue(bot.lives[0]?.isOver)
    })
  )

  it.effect("that ends before it is up fails the layer, and is not started again", () =>
    Effect.gen(function* () {
      const bot = yield* begin({ loads: undefined })
      bot.lives[0]?.end(BotEnd.Exited({ code: 3 }))
      yield* pass(0)
      assert.strictEqual(yield* refusal(bot), "--bot bot.ts: it cannot be loaded: it exited with code 3")
      yield* pass("1 hour")
      assert.strictEqual(bot.lives.length, 1)
    })
  )

  it.effect("that hangs fails the layer after a minute, and one that loops after ten seconds", () =>
    Effect.gen(function* () {
      const hangs = yield* begin({ loads: undefined })
      yield* pass("59 seconds")
      assert.isUndefined(hangs.building.pollUnsafe())
      yield* pass("1 second")
      assert.strictEqual(yield* refusal(hangs), "--bot bot.ts: it cannot be loaded: it was not ready after 1m")
      const loops = yield* begin({ loads: undefined, beats: false })
      yield* pass("11 seconds")
      assert.include(yield* refusal(loops), "it cannot be loaded: it did not answer for 10s")
    })
  )

  it.effect("that hangs later, as it is started again, is started once more", () =>
    Effect.gen(function* () {
      const { lines, lives, manners } = yield* up()
      manners.loads = undefined
      lives[0]?.end(BotEnd.Exited({ code: 1 }))
      yield* pass("1 second")
      yield* pass("1 minute")
      assert.include(lines.at(-1), "it was not ready after 1m")
      yield* pass("3 seconds")
      assert.strictEqual(lives.length, 3)
    })
  )
})

describe("the drain of a bot", () => {
  it.effect("gives it the rest, and waits until it is done", () =>
    Effect.gen(function* () {
      const { close, drain, incidents, isBalanced, lives, look, offer } = yield* up()
      offer(1, "last")
      const draining = yield* Effect.forkScoped(drain.finish)
      yield* pass("1 second")
      assert.deepStrictEqual(lives[0]?.texts, ["last"])
      assert.strictEqual(lives[0]?.posted.at(-1), "drain")
      assert.isUndefined(draining.pollUnsafe())
      lives[0]?.report({ done: 1 })
      lives[0]?.tell({ _tag: "Drained" })
      yield* Fiber.join(draining)
      yield* close
      assert.strictEqual(look().counts.handled, 1)
      assert.deepStrictEqual(incidents(), {})
      isBalanced()
    })
  )

  it.effect("takes no longer than what the connections have left of the drain time", () =>
    Effect.gen(function* () {
      const { close, drain, incidents, isBalanced, lines, lives, offer } = yield* up()
      offer(1, "never done")
      yield* drain.begin
      yield* pass("2 seconds")
      const draining = yield* Effect.forkScoped(drain.finish)
      yield* pass("999 millis")
      assert.isUndefined(draining.pollUnsafe())
      yield* pass("1 milli")
      yield* Fiber.join(draining)
      assert.include(lines[0], "lost=1")
      yield* close
      assert.isTrue(lives[0]?.isOver)
      assert.deepStrictEqual(incidents(), { "bot.lost": 1 })
      isBalanced()
    })
  )

  it.effect("ends at once where the bot ends, or is down, and starts none again", () =>
    Effect.gen(function* () {
      const crashing = yield* up()
      crashing.offer(1, "x")
      const draining = yield* Effect.forkScoped(crashing.drain.finish)
      yield* pass(0)
      crashing.lives[0]?.end(BotEnd.Threw({ problem: "boom" }))
      yield* pass(0)
      yield* Fiber.join(draining)
      assert.include(crashing.lines.at(-1), "the bot was not done with its messages in the drain time lost=1")

      const down = yield* up()
      down.lives[0]?.end(BotEnd.Exited({ code: 1 }))
      yield* pass(0)
      down.offer(1, "x")
      yield* down.drain.finish
      yield* pass("1 hour")
      assert.deepStrictEqual([crashing.lives.length, down.lives.length], [1, 1])
      for (const { incidents, isBalanced } of [crashing, down]) {
        assert.deepStrictEqual(incidents(), { "bot.lost": 1 })
        isBalanced()
      }
    })
  )

  it.effect("does not wait for a thread that cannot be ended", () =>
    Effect.gen(function* () {
      const { close, drain } = yield* up({ canEnd: false })
      const ending = yield* Effect.forkScoped(Effect.andThen(drain.finish, close))
      yield* pass("4 seconds")
      assert.isDefined(ending.pollUnsafe())
    })
  )
})
