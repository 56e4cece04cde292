/** Meter of a counter's rate, over its newest readings. */
export class Meter {
  readonly #window: number
  readonly #readings: Array<{ readonly at: number; readonly count: number }> = []

  /** `window`: milliseconds that the rate is taken over. */
  constructor(window: number) {
    this.#window = window
  }

  /** Takes a reading, `at` in milliseconds. Gives the rate a second since the oldest one in the window; 0 at first. */
  read(at: number, count: number): number {
    this.#readings.push({ at, count })
    // One reading is kept from before the window, so that a window without readings still has a rate.
    while (this.#readings.length > 2 && at - (this.#readings[1]?.at ?? at) >= this.#window) this.#readings.shift()
    const oldest = this.#readings[0]
    return oldest === undefined || at <= oldest.at ? 0 : ((count - oldest.count) * 1000) / (at - oldest.at)
  }
}
