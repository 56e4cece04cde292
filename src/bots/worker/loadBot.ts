import { stat } from "node:fs/promises"
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { Cause, Context, Effect, Layer, Option } from "effect"
import { Bot, type BotHandler } from "../../services/Bot.ts"
import { BadBot } from "../BadBot.ts"
import { excerpt } from "../excerpt.ts"

/**
 * Loads a bot from a module whose default export is a {@link BotHandler} or a Layer of a {@link Bot}. `file` is relative
 * to the working directory. The Layer that it gives fails where that of the module does.
 */
export const loadBot = Effect.fn("loadBot")(function* (
  file: string
): Effect.fn.Return<Layer.Layer<Bot, BadBot>, BadBot> {
  const bad = (problem: string) => new BadBot({ file, problem })
  const path = resolve(file)

  const found = yield* Effect.tryPromise({ try: () => stat(path), catch: () => bad("there is no such file") })
  if (!found.isFile()) return yield* bad("it is not a file")

  const module = yield* Effect.tryPromise({
    try: (): Promise<object> => import(pathToFileURL(path).href),
    catch: (error) => bad(`it cannot be loaded: ${excerpt(error)}`)
  })
  if (!("default" in module)) return yield* bad("it has no default export; export default (message) => { … }")

  const bot: unknown = module.default
  if (isHandler(bot)) return Bot.layer(bot)
  if (isLayer(bot)) return botOf(bot, bad)
  return yield* bad("its default export is neither a function of a message nor a Layer of a Bot")
})

/** Layer of a module: what it needs, gives and fails with is not known. */
type AnyLayer = Layer.Layer<never>

const isLayer = (value: unknown): value is AnyLayer => Layer.isLayer(value)

// A class is a function too, but one that cannot be called.
const isHandler = (value: unknown): value is BotHandler =>
  typeof value === "function" && !Layer.isLayer(value) && !/^class\b/.test(Function.prototype.toString.call(value))

/** Takes the Bot out of a module's Layer. */
const botOf = (layer: AnyLayer, bad: (problem: string) => BadBot): Layer.Layer<Bot, BadBot> =>
  Layer.effect(
    Bot,
    Effect.gen(function* () {
      const built = yield* Effect.catchCause(Layer.build(layer), (cause) =>
        Effect.fail(bad(`its Layer cannot be built: ${excerpt(Cause.squash(cause))}`))
      )
      const bot = Context.getOption(built, Bot)
      return Option.isSome(bot) ? bot.value : yield* bad("its Layer gives no Bot")
    })
  )
