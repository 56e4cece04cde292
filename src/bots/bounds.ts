import { Context } from "effect"

/** Bounds of a bot that runs apart, and of what waits for it. Times are milliseconds. */
export interface Bounds {
  /** Messages that wait for it and that it has, of all teams. */
  readonly messages: number
  /** Messages of one team that wait for it, and as many that it has. */
  readonly perTeam: number
  /** Characters of all these. */
  readonly characters: number
  /** Messages that are given to it in one turn of the event loop: 16,384 would hold it up for 2.5 ms. */
  readonly batch: number
  /** Characters that are given to it in one turn, where it is more than one message. */
  readonly batchCharacters: number
  /** Time between two looks at it. */
  readonly lookEach: number
  /** Silence after which it is ended. */
  readonly silence: number
  /** Time that it may take to load. */
  readonly loading: number
  /** Up for this long, its waits begin anew. */
  readonly stableAfter: number
  /** Waits before it is started again, one after the other; the last one holds from then on. */
  readonly waits: readonly [number, ...ReadonlyArray<number>]
  /** Time for a thread or process to end once it was told to. */
  readonly ending: number
  /** Threads or processes that cannot be ended, beyond which none is started. */
  readonly unending: number
}

/** Bounds that hold where none are provided. */
export const defaultBounds: Bounds = {
  messages: 16_384,
  perTeam: 64,
  characters: 32 * 1024 * 1024,
  batch: 1024,
  batchCharacters: 1024 * 1024,
  lookEach: 250,
  silence: 10_000,
  loading: 60_000,
  stableAfter: 60_000,
  waits: [1_000, 2_000, 5_000, 15_000, 60_000],
  ending: 1_000,
  unending: 4
}

/** Bounds of a fleet's bot. */
export const BotBounds = Context.Reference<Bounds>("botswain/bots/bounds", { defaultValue: () => defaultBounds })
