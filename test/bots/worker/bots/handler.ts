import { Effect } from "effect"
import type { BotHandler } from "../../../../src/services/Bot.ts"

/** The messages that the bot has handled. */
export const handled: Array<string> = []

const handler: BotHandler = ({ text }) => Effect.sync(() => handled.push(text))

export default handler
