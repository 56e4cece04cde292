import type { Clock } from "effect"
import type { BotStatus } from "../services/BotHost.ts"
import { monotonicMillis } from "../services/monotonic.ts"
import type { Feed } from "./Feed.ts"

/** Record of how a bot is, and of how its last life went. */
export class BotRecord {
  /** Threads or processes of it that should have ended and have not. */
  unending = 0
  readonly #clock: Clock.Clock
  readonly #feed: Feed
  readonly #stableAfter: number
  #state: BotStatus["state"] = "loading"
  #since: number
  #restarts = 0
  #trouble: string | undefined
  /** Time of the monotonic clock since which it is up. */
  #upAt: number | undefined
  #wasUpFor = 0

  constructor(clock: Clock.Clock, feed: Feed, stableAfter: number) {
    this.#clock = clock
    this.#feed = feed
    this.#stableAfter = stableAfter
    this.#since = clock.currentTimeMillisUnsafe()
  }

  /** Milliseconds for which the last life was up. */
  get wasUpFor(): number {
    return this.#wasUpFor
  }

  up(): void {
    this.#upAt = monotonicMillis(this.#clock)
    this.#enter("up")
  }

  /** Its life is over. */
  over(): void {
    this.#wasUpFor = this.#upFor
    this.#upAt = undefined
    this.#enter("down")
  }

  /** Says in words why it ended. */
  ended(why: string): void {
    this.#trouble = why
    if (this.#state !== "down") this.#enter("down")
  }

  restart(): void {
    this.#restarts++
    this.#enter("loading")
  }

  look(): BotStatus {
    return {
      state: this.#state,
      since: this.#since,
      counts: this.#feed.counts,
      held: this.#feed.held,
      restarts: this.#restarts,
      unending: this.unending,
      trouble: this.#upFor >= this.#stableAfter ? undefined : this.#trouble
    }
  }

  get #upFor(): number {
    return this.#upAt === undefined ? 0 : monotonicMillis(this.#clock) - this.#upAt
  }

  #enter(state: BotStatus["state"]): void {
    this.#state = state
    this.#since = this.#clock.currentTimeMillisUnsafe()
  }
}
