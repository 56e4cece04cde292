/** What a bot may say in a second: each line costs the fleet's event loop some 20 µs. */
const perSecond = { lines: 1000, characters: 256 * 1024 }

/** Limits what a bot says, so that one that prints for ever costs the fleet no more than some hundredths of its time. */
export class SpeechLimit {
  #lines = perSecond.lines
  #characters = perSecond.characters
  #at: number

  /** `now`: milliseconds of a clock that nobody sets. */
  constructor(now: number) {
    this.#at = now
  }

  /** True if a line of so many characters may be said now. */
  admits(characters: number, now: number): boolean {
    const seconds = Math.max(0, now - this.#at) / 1000
    this.#at = now
    this.#lines = Math.min(perSecond.lines, this.#lines + seconds * perSecond.lines)
    this.#characters = Math.min(perSecond.characters, this.#characters + seconds * perSecond.characters)
    if (this.#lines < 1 || this.#characters < characters) return false
    this.#lines -= 1
    this.#characters -= characters
    return true
  }
}
