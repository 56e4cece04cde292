import type { Clock } from "effect"
import { Peer } from "../../src/services/KeepAlive.ts"

/** A peer that notes when it was pinged, and when it was declared dead. */
export class NotingPeer extends Peer {
  readonly pings: Array<number> = []
  readonly deaths: Array<number> = []
  readonly #clock: Clock.Clock
  /** Answers each ping at once, as a peer that lives does. */
  answers = false

  constructor(clock: Clock.Clock) {
    super()
    this.#clock = clock
  }

  ping(): void {
    this.pings.push(this.#clock.currentTimeMillisUnsafe())
    if (this.answers) this.heard()
  }

  declareDead(): void {
    this.deaths.push(this.#clock.currentTimeMillisUnsafe())
  }
}
