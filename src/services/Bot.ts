import { Context, Data, Effect, Layer } from "effect"
import type { InboxMessage } from "./Inbox.ts"

/** Handles a message, by an Effect, by a Promise, or at once. */
export type BotHandler<E = unknown, R = never> = (
  message: InboxMessage
) => Effect.Effect<unknown, E, R> | PromiseLike<unknown> | void

/** Bot code failed on a message. `cause` is what it failed with. */
export class BotFailed extends Data.TaggedError("BotFailed")<{ readonly cause: unknown }> {
  override get message() {
    return this.cause instanceof Error ? this.cause.message : String(this.cause)
  }
}

/** Bot code: runs once for each message. What it fails with reaches nobody but the log. */
export class Bot extends Context.Service<
  Bot,
  {
    readonly handle: (message: InboxMessage) => Effect.Effect<void, BotFailed>
  }
>()("botswain/services/Bot") {
  /** Makes a bot of a function. */
  static readonly layer = <E = unknown, R = never>(handler: BotHandler<E, R>): Layer.Layer<Bot, never, R> =>
    Layer.effect(
      Bot,
      Effect.map(Effect.context<R>(), (context) => ({
        handle: (message) => Effect.provideContext(run(handler, message), context)
      }))
    )
}

const run = <E, R>(handler: BotHandler<E, R>, message: InboxMessage): Effect.Effect<void, BotFailed, R> =>
  Effect.suspend(() => {
    const result = handler(message)
    if (Effect.isEffect(result)) {
      return Effect.asVoid(Effect.mapError(result, (cause) => new BotFailed({ cause })))
    }
    if (!isPromise(result)) return Effect.void
    return Effect.asVoid(Effect.tryPromise({ try: () => result, catch: (cause) => new BotFailed({ cause }) }))
  })

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === "object" && value !== null && "then" in value && typeof value.then === "function"
