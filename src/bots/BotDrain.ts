import { Context, Effect, Layer } from "effect"

/** The end of a bot in peace: it handles what it has been given, within the drain time. */
export class BotDrain extends Context.Service<
  BotDrain,
  {
    /** Notes that the end of the run begins: the drain time runs from here. */
    readonly begin: Effect.Effect<void>
    /** Gives the bot the rest of what waits for it, and waits until it is done, or the drain time is over. */
    readonly finish: Effect.Effect<void>
  }
>()("botswain/bots/BotDrain") {
  /** Begins the end when its Scope closes: on top of all else, so that it closes first. */
  static readonly layerBegin: Layer.Layer<never, never, BotDrain> = Layer.effectDiscard(
    BotDrain.use(({ begin }) => Effect.addFinalizer(() => begin))
  )
  /** Waits for the bot when its Scope closes: below the fleet, whose connections bring messages until they are closed. */
  static readonly layerFinish: Layer.Layer<never, never, BotDrain> = Layer.effectDiscard(
    BotDrain.use(({ finish }) => Effect.addFinalizer(() => finish))
  )
}
