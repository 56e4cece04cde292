import type { Bounds } from "./bounds.ts"

/** Waits before a bot is started again: longer with each life that was short, from the first one after a long life. */
export class Ladder {
  readonly #bounds: Pick<Bounds, "stableAfter" | "waits">
  #rung = 0

  constructor(bounds: Pick<Bounds, "stableAfter" | "waits">) {
    this.#bounds = bounds
  }

  /** The wait after a life that was up for so long, both in milliseconds. */
  next(upFor: number): number {
    const { stableAfter, waits } = this.#bounds
    if (upFor >= stableAfter) this.#rung = 0
    const wait = waits[Math.min(this.#rung, waits.length - 1)] ?? waits[0]
    this.#rung++
    return wait
  }
}
