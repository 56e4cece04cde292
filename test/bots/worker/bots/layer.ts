import { Effect, Layer } from "effect"
import { Bot } from "../../../../src/services/Bot.ts"

/** The messages that the bot has handled, and the end of its Scope. */
export const heard: Array<string> = []

export default Layer.effect(
  Bot,
  Effect.gen(function* () {
    yield* Effect.addFinalizer(() => Effect.sync(() => heard.push("end")))
    return { handle: ({ text }) => Effect.sync(() => void heard.push(text)) }
  })
)
