import { Effect, Layer } from "effect"
import { Bot } from "../../../../src/services/Bot.ts"

export default Layer.effect(Bot, Effect.fail("no database\nat all"))
