import { Context, type Effect } from "effect"
import type { BotEnd } from "./BotEnd.ts"
import type { BotStart, ToBot } from "./protocol.ts"

/** Is told what one life of a bot does. */
export interface BotListener {
  /** Something came from it, or from what its code has made of it. */
  readonly onMessage: (message: unknown) => void
  /** A line that went past all that catches what a bot prints: of native code, say. */
  readonly onRawLine: (stream: "stdout" | "stderr", line: string) => void
  /** It has ended. Comes once, and last. */
  readonly onEnd: (end: BotEnd) => void
}

/** One life of a bot, in a thread or a process of its own. */
export interface BotWorker {
  /** Synchronous, and never waits. */
  readonly post: (message: ToBot) => void
  /** Bytes of memory that it uses, asked from outside; `undefined` where that cannot be told now. Never waits long. */
  readonly memory: Effect.Effect<number | undefined>
  /** Ends it as soon as that can be. Returns at once; `onEnd` says when it is so. */
  readonly kill: () => void
  /** Tells what it has printed that is not told yet, once it has ended, and lets go of what carried that. Never waits long. */
  readonly lastWords: Effect.Effect<void>
}

/** Starts lives of a bot apart from the fleet. */
export class BotWorkers extends Context.Service<
  BotWorkers,
  {
    /** Starts a life. Throws where there is no thread or process for it. */
    readonly start: (start: BotStart, listener: BotListener) => BotWorker
  }
>()("botswain/bots/BotWorkers") {}
