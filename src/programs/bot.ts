import { Cause, Duration, Effect, Fiber } from "effect"
import { Bot, BotFailed } from "../services/Bot.ts"
import { Inbox, type InboxMessage } from "../services/Inbox.ts"
import { LogThrottle } from "../services/LogThrottle.ts"
import { Stats } from "../services/Stats.ts"

/** Limits of {@link runBot}. */
export interface BotLimits {
  /** Teams that are handled at the same time, 1 or more. Default 256. */
  readonly teamsAtOnce?: number
  /** Time for the handling of one message; then it is interrupted. Default 30 seconds. */
  readonly timeout?: Duration.Input
}

/**
 * Runs the bot on every message of the inbox, until it is interrupted: one message of a team after the other, many
 * teams at once. A message whose handling fails, dies, is interrupted or takes too long is tallied (`bot.failed`) and
 * logged; the next one is handled all the same. Rule: protocol row 15.
 *
 * A handler that hangs holds its team and one of the places for teams, for as long as the timeout; one that cannot be
 * interrupted, for as long as it likes.
 */
export const runBot = ({ teamsAtOnce = 256, timeout = "30 seconds" }: BotLimits = {}): Effect.Effect<
  never,
  never,
  Bot | Inbox | LogThrottle | Stats
> =>
  Effect.gen(function* () {
    const bot = yield* Bot
    const inbox = yield* Inbox
    const stats = yield* Stats
    const throttle = yield* LogThrottle

    const overdue = `no end in ${Duration.format(Duration.fromInputUnsafe(timeout))}`

    const failed = (message: InboxMessage, cause: Cause.Cause<unknown>) => {
      stats.tally("bot.failed")
      return throttle.warn("bot.failed", "the bot failed on a message", {
        team: message.teamId,
        // Read only if the line is logged: a bot may fail on every message.
        get cause() {
          return Cause.pretty(cause)
        }
      })
    }

    const handle = (message: InboxMessage) =>
      Effect.suspend(() => bot.handle(message)).pipe(
        Effect.forkChild({ startImmediately: true }),
        Effect.flatMap((handling) => {
          // Most handlers are done by now: a timer for each would cost more than all the rest.
          const exit = handling.pollUnsafe()
          return (
            exit ??
            Effect.timeoutOrElse(Fiber.join(handling), {
              duration: timeout,
              orElse: () => Effect.andThen(Fiber.interrupt(handling), new BotFailed({ cause: overdue }))
            })
          )
        }),
        Effect.catchCause((cause) => failed(message, cause))
      )

    const places = Array.from({ length: teamsAtOnce }, () => Effect.forever(inbox.turn(handle)))
    yield* Effect.all(places, { concurrency: "unbounded", discard: true })
    return yield* Effect.never
  })
