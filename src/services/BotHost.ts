import { Context } from "effect"

/** Counts of a run: `offered` is the sum of the four that follow, and of what is held. */
export interface BotCounts {
  readonly offered: number
  readonly handled: number
  /** Handled, but their handling failed. */
  readonly failed: number
  /** Dropped because there was no room for them. */
  readonly overflow: number
  /** Given to a bot that ended before it told of them. */
  readonly lost: number
}

/** State of a bot at one instant. */
export interface BotStatus {
  readonly state: "loading" | "up" | "down"
  /** Milliseconds of Effect's clock since which it is in that state. */
  readonly since: number
  readonly counts: BotCounts
  /** Messages that wait for the bot, or that it has and has not told of. */
  readonly held: number
  /** Times that it was started again. */
  readonly restarts: number
  /** Threads or processes of it that should have ended and have not. */
  readonly unending: number
  /** Reason of its last end, in words; `undefined` once it has been up for a minute since. */
  readonly trouble: string | undefined
}

/** Tells how the bot is that runs apart from the fleet, where there is one. */
export class BotHost extends Context.Service<BotHost, { readonly look: () => BotStatus }>()(
  "botswain/services/BotHost"
) {}

/** Says that a bot is not up, to whoever asks; `undefined` where it is. */
export const botState = ({ state }: Pick<BotStatus, "state">): string | undefined => {
  if (state === "up") return undefined
  return `the bot is ${state === "loading" ? "being started" : "down"}`
}

/** Says for operators why a bot is not up, in one line; `undefined` where it is. The reason may quote the bot. */
export const botTrouble = (status: BotStatus): string | undefined => {
  const state = botState(status)
  if (state === undefined) return undefined
  const { trouble, unending } = status
  const why = trouble === undefined ? "" : `: ${trouble}`
  const stuck = unending === 0 ? "" : `; ${unending} of its threads or processes cannot be ended`
  return state + why + stuck
}
