/** Delays of the event loop in one look at it. In milliseconds. */
export interface Delays {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

const none: Delays = { p50: 0, p99: 0, max: 0 }

/**
 * Lag of the event loop, of looks that are taken each so often. A loop that is blocked for longer than that takes no look
 * either, so how late a look is counts as a delay: it is known before the sampler has had its turn. The longest delay is
 * kept for a minute, since whoever asks may come by but once in that time.
 */
export class LoopLag {
  readonly #each: number
  /** Longest delays of the looks of the last minute, oldest first. */
  readonly #longest: Array<number> = []
  #lastLook: number
  #delays: Delays = none

  /** `each`: milliseconds between two looks. `now`: milliseconds of a monotonic clock. */
  constructor(each: number, now: number) {
    this.#each = each
    this.#lastLook = now
  }

  /** Takes a look: what was sampled since the last, or nothing where no sample was taken. */
  look(now: number, sampled: Delays | undefined): void {
    this.#longest.push(Math.max(sampled?.max ?? 0, this.#lateness(now)))
    if (this.#longest.length > Math.ceil(60_000 / this.#each)) this.#longest.shift()
    if (sampled !== undefined) this.#delays = sampled
    this.#lastLook = now
  }

  /** Delays by now. `underWay`: the longest one sampled since the last look. */
  delays(now: number, underWay: number): Delays {
    return { ...this.#delays, max: Math.max(underWay, this.#lateness(now), ...this.#longest) }
  }

  #lateness(now: number): number {
    return Math.max(0, now - this.#lastLook - this.#each)
  }
}
