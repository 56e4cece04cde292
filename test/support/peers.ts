import type { Clock } from "effect"
import type { Peer } from "../../src/services/KeepAlive.ts"
import { Liveness } from "../../src/services/Liveness.ts"

/** A peer that notes when it was pinged, and when it was declared dead. */
export class NotingPeer implements Peer {
  readonly liveness = new Liveness()
  readonly pings: Array<number> = []
  readonly deaths: Array<number> = []
  readonly #clock: Clock.Clock
  /** Answers each ping at once, as a peer that lives does. */
  answers = false

  constructor(clock: Clock.Clock) {
    this.#clock = clock
  }

  heard(): void {
    this.liveness.heard()
  }

  ping(): void {
    this.pings.push(this.#clock.currentTimeMillisUnsafe())
    if (this.answers) this.heard()
  }

  declareDead(): void {
    this.deaths.push(this.#clock.currentTimeMillisUnsafe())
  }
}
