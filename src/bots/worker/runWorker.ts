import { Cause, Clock, Effect, Exit, Fiber, Latch, Layer, Logger, LogLevel, References } from "effect"
import { runBot } from "../../programs/bot.ts"
import { LogThrottle } from "../../services/LogThrottle.ts"
import { monotonicMillis } from "../../services/monotonic.ts"
import { BadBot } from "../BadBot.ts"
import { excerpt } from "../excerpt.ts"
import type { BotStart, FromBot, ToBot } from "../protocol.ts"
import type { Channel } from "./Channel.ts"
import { Ledger } from "./Ledger.ts"
import { ledgerLogger } from "./ledgerLogger.ts"
import { loadBot } from "./loadBot.ts"
import { memoryMeter } from "./memoryMeter.ts"
import * as Messages from "./messages.ts"
import { SpeechLimit } from "./SpeechLimit.ts"
import { catchOutput, catchUncaught } from "./watchNode.ts"

/** Milliseconds in which what there is to report is gathered. */
const reportEach = 5
/** Milliseconds between two signs of life. */
const beatEach = 250

/** Loads a bot, and runs it on the messages that come by the channel, until it is asked to come to its end. */
const serve = (start: BotStart, channel: Channel, ledger: Ledger, settled: Latch.Latch) =>
  Effect.gen(function* () {
    const bot = yield* loadBot(start.file)
    yield* Effect.gen(function* () {
      const { take } = yield* Messages.BatchIntake
      const asked = yield* Latch.make()
      channel.listen((message: ToBot) => {
        if (message === "drain") asked.openUnsafe()
        else take(message)
      })
      const running = yield* Effect.forkScoped(runBot())
      channel.post({ _tag: "Up" })
      yield* Effect.raceFirst(asked.await, Fiber.join(running))
      while (ledger.held > 0) {
        yield* settled.close
        yield* settled.await
      }
      yield* Fiber.interrupt(running)
    }).pipe(Effect.scoped, Effect.provide(Layer.provideMerge(bot, Messages.layer(start, ledger))))
  }).pipe(Effect.provide(LogThrottle.layer))

/** Runs a bot in this thread or process, which are its own, to its end. */
export const runWorker = (start: BotStart, channel: Channel): Effect.Effect<void> =>
  Effect.gen(function* () {
    const clock = yield* Clock.Clock
    const now = () => monotonicMillis(clock)
    const due = yield* Latch.make()
    const settled = yield* Latch.make()
    const ledger = new Ledger(new SpeechLimit(now()), now, () => {
      due.openUnsafe()
      settled.openUnsafe()
    })
    const report = () => channel.post(ledger.report())
    const output = catchOutput(ledger)
    catchUncaught(ledger, (problem) => {
      output.end()
      report()
      channel.post({ _tag: "Threw", problem })
      channel.end(1)
    })

    yield* Effect.gen(function* () {
      yield* due.await
      yield* Effect.sleep(reportEach)
      yield* due.close
      report()
    }).pipe(Effect.forever, Effect.forkScoped)
    const used = memoryMeter(start.memory, now)
    yield* Effect.sync(() => channel.post({ _tag: "Beat", used: used() })).pipe(
      Effect.andThen(Effect.sleep(beatEach)),
      Effect.forever,
      Effect.forkScoped
    )

    const exit = yield* serve(start, channel, ledger, settled).pipe(
      Effect.provide(Logger.layer([ledgerLogger(ledger)])),
      Effect.provideService(References.MinimumLogLevel, levelOf(start.logLevel)),
      Effect.exit
    )
    output.end()
    report()
    channel.post(farewell(exit))
    channel.end(Exit.isSuccess(exit) ? 0 : 1)
  }).pipe(Effect.scoped)

/** What the bot tells last. */
const farewell = (exit: Exit.Exit<void, BadBot>): FromBot => {
  if (Exit.isSuccess(exit)) return { _tag: "Drained" }
  const error = Cause.squash(exit.cause)
  return error instanceof BadBot
    ? { _tag: "Refused", problem: error.problem }
    : { _tag: "Threw", problem: excerpt(error) }
}

const levelOf = (name: string): LogLevel.LogLevel => LogLevel.values.find((level) => level === name) ?? "Info"
