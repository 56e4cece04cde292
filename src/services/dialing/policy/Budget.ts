import type { DialTuning } from "./tuning.ts"

/** Starts that all targets have together: as many a second as the limit says; and canaries. */
export class Budget {
  readonly #rate: number
  readonly #tuning: DialTuning
  /** Starts that may be saved up: what a look lets begin together. */
  readonly #most: number
  #starts: number
  #canaries: number
  #paidAt: number | undefined = undefined

  constructor(rate: number, tuning: DialTuning) {
    this.#rate = rate
    this.#tuning = tuning
    this.#most = (rate * tuning.round) / 1_000 + 1
    this.#starts = this.#most
    this.#canaries = tuning.fleetCanaries
  }

  get hasStart(): boolean {
    return this.#starts >= 1
  }

  get hasCanary(): boolean {
    return this.#canaries >= 1
  }

  earn(now: number): void {
    const { fleetCanaries } = this.#tuning
    const seconds = this.#paidAt === undefined ? 0 : (now - this.#paidAt) / 1_000
    this.#starts = Math.min(this.#most, this.#starts + seconds * this.#rate)
    this.#canaries = Math.min(Math.max(this.#canaries, fleetCanaries), this.#canaries + seconds * fleetCanaries)
    this.#paidAt = now
  }

  spend(): void {
    this.#starts--
  }

  /** Gives back a start that was spent in vain. */
  refund(): void {
    this.#starts = Math.min(this.#most, this.#starts + 1)
  }

  spendCanary(): void {
    this.#canaries--
  }

  /** Adds a canary: there is news of the platform. */
  addCanary(): void {
    this.#canaries++
  }

  /** Earns two canaries for one that has got through: where one host is back, others may be. */
  earnCanaries(): void {
    this.#canaries = Math.max(this.#canaries, Math.min(3 * this.#tuning.fleetCanaries, this.#canaries + 2))
  }
}
