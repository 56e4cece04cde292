import type { FromBot, ToBot } from "../protocol.ts"

/** Way between a bot's thread or process and the fleet. */
export interface Channel {
  readonly post: (message: FromBot) => void
  /** Sets the only listener. */
  readonly listen: (listener: (message: ToBot) => void) => void
  /** Ends the thread or the process, once what was posted is on its way. */
  readonly end: (code: number) => void
}
