import type { Report, Said } from "../protocol.ts"
import type { SpeechLimit } from "./SpeechLimit.ts"

/** Account, in the bot's thread or process, of what has become of its messages, and of what it has said: for the next report. */
export class Ledger {
  readonly #limit: SpeechLimit
  readonly #now: () => number
  readonly #changed: () => void
  #held = 0
  #done = 0
  #failed = 0
  #overflow = 0
  #characters = 0
  #leftOut = 0
  #said: Array<Said> = []

  /** `changed` is called when there is something to report. */
  constructor(limit: SpeechLimit, now: () => number, changed: () => void) {
    this.#limit = limit
    this.#now = now
    this.#changed = changed
  }

  /** Messages that the bot has. */
  get held(): number {
    return this.#held
  }

  taken(): void {
    this.#held++
  }

  /** A message is done with, however. `text`: the message's. */
  done(text: string): void {
    this.#held--
    this.#done++
    this.#characters += text.length
    this.#changed()
  }

  failed(): void {
    this.#failed++
  }

  /** A message found no room. */
  overflowed(text: string): void {
    this.#overflow++
    this.done(text)
  }

  say(said: Said): void {
    const { length } = said._tag === "Printed" ? said.text : JSON.stringify(said)
    if (this.#limit.admits(length, this.#now())) this.#said.push(said)
    else this.#leftOut++
    this.#changed()
  }

  /** Gives the report of what there was since the last one. */
  report(): Report {
    // A message fails before it is done. One that is not done yet is told of as failed when it is.
    const failed = Math.min(this.#failed, this.#done - this.#overflow)
    const report: Report = {
      _tag: "Report",
      done: this.#done,
      failed,
      overflow: this.#overflow,
      characters: this.#characters,
      said: this.#said,
      leftOut: this.#leftOut
    }
    this.#failed -= failed
    this.#done = this.#overflow = this.#characters = this.#leftOut = 0
    this.#said = []
    return report
  }
}
