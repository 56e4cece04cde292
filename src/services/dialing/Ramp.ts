import { batch, catchUp } from "./Gate.ts"

/**
 * Milliseconds from one canary of a host to the next, while nobody gets through. A dial a second is nothing to a server that
 * is in trouble, and a second is what the fleet loses when it is back. The next does not wait for the outcome of the one
 * before: a canary whose dial hangs would hold up a team that could get through.
 */
export const canaryEvery = 1_000
/** The same in dials a second. */
const slowest = 1_000 / canaryEvery

/**
 * What a dial that gets through adds to the rate, in dials a second: while none has failed, and then. The first takes it
 * from one canary to 500 dials in 1.5 s.
 */
export const searching = 4
const gain = 1
/** What a dial that fails takes away. So the rate grows while two of three get through, and settles where one of three fails. */
const loss = 2
/** So this many may fail for each that got through, before it is one canary a second again. */
export const failuresForOne = searching / loss

/**
 * How fast teams may try a host that most have failed to dial: one canary a second while none gets through, then faster as
 * more do, and slower as more fail. Times are milliseconds of the monotonic clock.
 */
export class Ramp {
  readonly #fastest: number
  /** Dials a second. */
  #rate = slowest
  #isSearching = true
  /** When the next may begin. */
  #next = -Infinity

  /** `fastest`: dials a second, of the whole fleet. */
  constructor(fastest: number) {
    this.#fastest = fastest
  }

  /** It is faster than one canary a second. */
  get isUp(): boolean {
    return this.#rate > slowest
  }

  get nextAt(): number {
    return this.#next
  }

  /** Takes the next turn, if it has come. */
  take(now: number): boolean {
    if (now < this.#next) return false
    // A timer that is a little late costs no pace, and a time when nobody waited saves up nothing.
    this.#next = (now - this.#next > batch + catchUp ? now : this.#next) + 1_000 / this.#rate
    return true
  }

  gotThrough(now: number): void {
    this.#rate = Math.min(this.#fastest, this.#rate + (this.#isSearching ? searching : gain))
    this.#next = Math.min(this.#next, now + 1_000 / this.#rate)
  }

  failed(): void {
    // At the bottom nothing is known of what the host would take.
    this.#isSearching = this.#rate === slowest
    this.#rate = Math.max(slowest, this.#rate - loss)
  }

  startAnew(): void {
    this.#isSearching = true
    this.#rate = slowest
  }
}
