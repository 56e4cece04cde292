import { Clock, Deferred, Duration, Effect, Latch, type Scope } from "effect"
import type { BotStatus } from "../services/BotHost.ts"
import { monotonicMillis } from "../services/monotonic.ts"
import { Settings } from "../services/Settings.ts"
import { Stats } from "../services/Stats.ts"
import { BadBot } from "./BadBot.ts"
import type { BotDrain } from "./BotDrain.ts"
import { type BotEnd, describeEnd } from "./BotEnd.ts"
import { BotRecord } from "./BotRecord.ts"
import type { BotWorkers } from "./BotWorkers.ts"
import { BotBounds } from "./bounds.ts"
import type { Feeder } from "./Feeder.ts"
import { Ladder } from "./Ladder.ts"
import { live, type LifeEvents } from "./life.ts"
import type { BotStart, Report } from "./protocol.ts"

/** Milliseconds that a bot has for its end at least, where closing the connections took all of the drain time. */
const leastDrain = 500

/** A bot that is kept running. */
export interface KeptBot {
  readonly look: () => BotStatus
  readonly drain: BotDrain["Service"]
}

/** What a bot is kept with. */
export interface KeepOptions extends Pick<LifeEvents, "onRawLine"> {
  readonly start: BotStart
  readonly feeder: Feeder
  readonly onReport: (report: Report) => boolean
}

/**
 * Keeps a bot running until the Scope closes: starts it, and starts it again, after a wait, however it has ended. Fails if
 * it ends before it was up for the first time; from then on no end of it is more than a line in the log and a count.
 */
export const keepBot = ({
  feeder,
  start,
  ...events
}: KeepOptions): Effect.Effect<KeptBot, BadBot, BotWorkers | Scope.Scope | Settings | Stats> =>
  Effect.gen(function* () {
    const { drainTimeout } = yield* Settings
    const stats = yield* Stats
    const { feed } = feeder
    const bounds = yield* BotBounds
    const clock = yield* Clock.Clock
    const now = () => monotonicMillis(clock)
    const ladder = new Ladder(bounds)
    const firstUp = yield* Deferred.make<void, BadBot>()
    const drained = yield* Deferred.make<void>()
    const room = yield* Latch.make(true)

    const record = new BotRecord(clock, feed, bounds.stableAfter)
    let endBegan: number | undefined
    let isEnding = false

    const lose = (lost: number) => {
      if (lost > 0) stats.tally("bot.lost", lost)
      return lost
    }
    const lifeEvents: LifeEvents = {
      ...events,
      onUp: (worker) => {
        feeder.attach(worker)
        record.up()
        Deferred.doneUnsafe(firstUp, Effect.void)
      },
      onOver: () => {
        feeder.detach()
        record.over()
      },
      onDrained: () => void Deferred.doneUnsafe(drained, Effect.void),
      onUnending: (change) => {
        record.unending += change
        if (record.unending < bounds.unending) room.openUnsafe()
        else room.closeUnsafe()
      }
    }

    const bury = Effect.fnUntraced(function* (end: BotEnd) {
      if (isEnding) return yield* Effect.andThen(Deferred.succeed(drained, undefined), Effect.never)
      const why = describeEnd(end)
      const lost = lose(feed.loseGiven())
      record.ended(why)
      const wait = ladder.next(record.wasUpFor)
      const again = Duration.format(Duration.millis(wait))
      yield* Effect.annotateLogs(Effect.logWarning("the bot has ended, and is started again"), { why, again, lost })
      yield* Effect.sleep(wait)
      if (!room.isOpen())
        yield* Effect.logError("the bot cannot be ended, so it is not started again until it has", why)
      yield* room.await
      if (isEnding) return yield* Effect.never
      record.restart()
      stats.tally("bot.restarted")
    })

    const keep = Effect.gen(function* () {
      for (;;) {
        const end = yield* live(start, lifeEvents)
        if (!(yield* Deferred.isDone(firstUp))) {
          const problem = end._tag === "Refused" ? end.problem : `it cannot be loaded: ${describeEnd(end)}`
          return yield* new BadBot({ file: start.file, problem })
        }
        yield* bury(end)
      }
    })
    yield* keep.pipe(
      Effect.tapDefect((defect) => Effect.logError("the bot is not kept any longer: this is a bug", defect)),
      Effect.onExit((exit) => Deferred.done(firstUp, exit)),
      Effect.forkScoped
    )
    yield* Deferred.await(firstUp)

    const finish = Effect.gen(function* () {
      isEnding = true
      if (feeder.isAttached) {
        feeder.drain()
        const left = Math.max(leastDrain, drainTimeout - (now() - (endBegan ?? now())))
        yield* Effect.timeoutOption(Deferred.await(drained), left)
      }
      feeder.detach()
      const lost = lose(feed.loseAll())
      if (lost > 0) {
        yield* Effect.annotateLogs(Effect.logWarning("the bot was not done with its messages in the drain time"), {
          lost
        })
      }
    })

    return {
      look: () => record.look(),
      drain: { begin: Effect.sync(() => void (endBegan ??= now())), finish }
    }
  })
