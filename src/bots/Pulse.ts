import { BotEnd } from "./BotEnd.ts"
import type { Bounds } from "./bounds.ts"

/** Looks in a row at a bot that is silent and uses too much memory, after which it is ended: some of it may be garbage. */
const looksTooLarge = 2

/**
 * Judges by what is seen of a bot whether it has to be ended: for its silence, or for its memory. Silence is counted in
 * looks that happened, not by the clock: a fleet that was held up itself has heard nobody meanwhile.
 */
export class Pulse {
  readonly #bounds: Pick<Bounds, "lookEach" | "silence">
  readonly #limit: number
  #heard = true
  #told = 0
  #silentLooks = 0
  #largeLooks = 0

  /** `limit`: bytes of memory that the bot may use. */
  constructor(limit: number, bounds: Pick<Bounds, "lookEach" | "silence">) {
    this.#limit = limit
    this.#bounds = bounds
  }

  /** The bot told something. `used`: bytes of memory that it uses, garbage aside, where it told that. */
  heard(used: number = this.#told): void {
    this.#heard = true
    this.#told = used
  }

  /** Looks once. `seen`: bytes of memory that it uses as seen from outside, with garbage, where that is known. */
  look(seen = 0): BotEnd | undefined {
    const wasHeard = this.#heard
    this.#heard = false
    this.#silentLooks = wasHeard ? 0 : this.#silentLooks + 1
    const millis = this.#silentLooks * this.#bounds.lookEach
    if (millis >= this.#bounds.silence) return BotEnd.Silent({ millis })

    this.#largeLooks = !wasHeard && seen > this.#limit ? this.#largeLooks + 1 : 0
    if (seen > 2 * this.#limit || this.#largeLooks >= looksTooLarge) return this.#tooLarge(seen)
    return wasHeard && this.#told > this.#limit ? this.#tooLarge(this.#told) : undefined
  }

  #tooLarge(used: number): BotEnd {
    return BotEnd.TooLarge({ used, limit: this.#limit })
  }
}
