import { Lane, laneCount } from "./Lane.ts"
import type { DialTuning } from "./tuning.ts"

/**
 * Starts of each lane that may still be lost at a target: breaker, share of the places and gate of canaries in one. A start takes
 * one, a success gives it back and earns more, a failure gives nothing. Each lane has its own, so that those that fail never
 * close the lane of those that held.
 */
export class Credit {
  readonly #lanes: Array<number>
  readonly #tuning: DialTuning
  /** Starts that a round has let through: twice as many may be saved up. */
  #gotThrough = 0

  constructor(tuning: DialTuning) {
    this.#tuning = tuning
    this.#lanes = [...tuning.credit]
  }

  has(lane: number): boolean {
    return this.#lanes[lane]! >= 1
  }

  spend(lane: number): void {
    this.#lanes[lane]!--
  }

  refund(lane: number): void {
    this.#lanes[lane]!++
  }

  /** Takes back what a success has earned a lane: its connection died after all. */
  revoke(lane: number): void {
    this.#lanes[lane] = Math.max(0, this.#lanes[lane]! - 1 - this.#tuning.gain[lane]!)
  }

  /** Pays for a success in a lane. What a team that had failed shows is true of those with better evidence too, and not the other way round. */
  earn(lane: number, wasCharged: boolean): void {
    for (let each = 0; each <= lane; each++) {
      this.#pay(each, this.#tuning.gain[each]! + (each === lane && wasCharged ? 1 : 0))
    }
  }

  /** Pays for a first frame that has yet to prove itself. */
  advance(lane: number): void {
    this.#pay(lane, this.#tuning.gainUnproved)
  }

  /** Bounds what may be saved up: twice what a round has let through, or what there was at first. What it took a while ago it may not take now. */
  limit(gotThrough: number): void {
    this.#gotThrough = gotThrough
    for (let lane = 0; lane < laneCount; lane++) this.#lanes[lane] = Math.min(this.#most(lane), this.#lanes[lane]!)
  }

  #pay(lane: number, amount: number): void {
    this.#lanes[lane] = Math.max(this.#lanes[lane]!, Math.min(this.#most(lane), this.#lanes[lane]! + amount))
  }

  /** Most that a lane may save up. One that has none at first, as much as that of those that held. */
  #most(lane: number): number {
    const { credit } = this.#tuning
    return Math.max(credit[lane] || credit[Lane.held]!, 2 * this.#gotThrough)
  }
}
