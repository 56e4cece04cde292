import { Effect, Option } from "effect"
import { BotHost } from "../../services/BotHost.ts"
import { counter, gauge, readCounter, readGauge } from "./metric.ts"

const up = gauge("botswain_bot_up", "1 while the bot takes messages")
const held = gauge("botswain_bot_messages_held", "Messages that wait for the bot, or that it has and has not told of")
const handled = counter("botswain_bot_handled_total", "Messages that the bot has handled")
const unending = gauge("botswain_bot_unending", "Threads or processes of the bot that should have ended and have not")

/** Metrics of a bot that runs apart from the fleet, where there is one. */
export const botMetrics = Effect.gen(function* () {
  const bot = yield* Effect.serviceOption(BotHost)
  if (Option.isNone(bot)) return
  const { look } = bot.value
  yield* readGauge(up, () => (look().state === "up" ? 1 : 0))
  yield* readGauge(held, () => look().held)
  yield* readCounter(handled, () => look().counts.handled)
  yield* readGauge(unending, () => look().unending)
})
