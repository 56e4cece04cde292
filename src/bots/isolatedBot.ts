import { Clock, Context, Effect, Layer, References, Scheduler, Stream } from "effect"
import { BotHost } from "../services/BotHost.ts"
import { Inbox } from "../services/Inbox.ts"
import type { Settings } from "../services/Settings.ts"
import { Stats } from "../services/Stats.ts"
import type { BadBot } from "./BadBot.ts"
import { BotDrain } from "./BotDrain.ts"
import type { BotWorkers } from "./BotWorkers.ts"
import { BotBounds } from "./bounds.ts"
import { Feed } from "./Feed.ts"
import { Feeder } from "./Feeder.ts"
import { keepBot } from "./keepBot.ts"
import type { Report } from "./protocol.ts"
import { type Print, tell } from "./tell.ts"

/** A bot that runs apart. */
export interface BotPlan {
  /** File of its module. */
  readonly file: string
  /** Bytes of memory that it may use. */
  readonly memory: number
  /** Prints what it prints. */
  readonly print: Print
}

/**
 * Runs a bot apart from the fleet, and hands it every message in batches: what is read in one turn of the event loop goes to
 * it together. The layer is there once the bot is up; it fails if the bot has ended before that.
 */
export const layer = ({
  file,
  memory,
  print
}: BotPlan): Layer.Layer<BotDrain | BotHost | Inbox, BadBot, BotWorkers | Settings | Stats> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const stats = yield* Stats
      const bounds = yield* BotBounds
      const clock = yield* Clock.Clock
      const runSync = Effect.runSyncExitWith(yield* Effect.context())
      const feeder = new Feeder(new Feed(bounds), yield* Scheduler.Scheduler)
      const onReport = (report: Report) => {
        for (const said of report.said) runSync(tell(said, print))
        if (report.leftOut > 0) print("stderr", `${report.leftOut} lines of the bot were left out`)
        const isTrue = feeder.feed.settle(report)
        if (isTrue && report.failed > 0) stats.tally("bot.failed", report.failed)
        if (isTrue && report.overflow > 0) stats.tally("inbox.overflow", report.overflow)
        return isTrue
      }

      const logLevel = yield* References.MinimumLogLevel
      const start = { file, memory, logLevel, perTeam: bounds.perTeam, total: bounds.messages }
      const bot = yield* keepBot({ start, feeder, onReport, onRawLine: print })

      const inbox = Inbox.of({
        offer: (teamId, text, receivedAt = clock.currentTimeMillisUnsafe()) => {
          if (!feeder.offer(teamId, text, receivedAt)) stats.tally("inbox.overflow")
        },
        // Messages go to the bot, and to nobody else.
        messages: Stream.never,
        turn: () => Effect.never
      })
      return Context.make(Inbox, inbox).pipe(Context.add(BotHost, { look: bot.look }), Context.add(BotDrain, bot.drain))
    })
  )
