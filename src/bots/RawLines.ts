import type { Readable } from "node:stream"
import { Effect } from "effect"
import { Lines } from "./Lines.ts"

/** What is read of a stream, and told of it, between two looks at its bot. */
const perLook = { characters: 64 * 1024, lines: 250 }
/** Characters of a line. */
const longest = 4096
/** Turns of the event loop without a byte, after which nothing is left of what a bot that is gone has printed. */
const quietTurns = 2

/**
 * Reads the lines that a bot writes past all that catches its output, no faster than the fleet can bear: what is more waits,
 * and the bot with it; lines beyond a number are left out, and counted.
 */
export class RawLines {
  readonly #stream: Readable
  readonly #onLine: (line: string) => void
  #characters = perLook.characters
  #lines = perLook.lines
  #leftOut = 0
  #isLast = false
  #turnsLeft = quietTurns

  constructor(stream: Readable, onLine: (line: string) => void) {
    const lines = new Lines(longest)
    this.#stream = stream
    this.#onLine = onLine
    // Its end is told by the bot's own.
    stream.on("error", () => {})
    stream.setEncoding("utf8")
    stream.on("data", (text: string) => {
      // Node gives on what it has read, though the stream is let go of.
      if (stream.destroyed) return
      this.#turnsLeft = quietTurns
      this.#tell(lines.push(text))
      this.#characters -= text.length
      if (this.#characters > 0) return
      if (this.#isLast) this.#leaveRest()
      else stream.pause()
    })
    stream.on("close", () => {
      this.#tell(lines.end())
      this.#tellLeftOut()
    })
  }

  /** Lets more be read. */
  look(): void {
    this.#tellLeftOut()
    this.#lines = perLook.lines
    this.#characters = perLook.characters
    this.#stream.resume()
  }

  /**
   * Reads what is there of a bot that is gone, no more than one look allows, and lets go of the stream: whoever else holds its
   * other end, a child of the bot say, would keep a descriptor of the fleet.
   */
  readonly end: Effect.Effect<void> = Effect.gen({ self: this }, function* () {
    this.look()
    this.#isLast = true
    // What is there comes in the next turns of the event loop.
    while (!this.#stream.destroyed && this.#turnsLeft-- > 0) yield* Effect.yieldNow
    this.#stream.destroy()
  })

  #leaveRest(): void {
    this.#onLine("what else the bot printed was left out")
    this.#stream.destroy()
  }

  #tellLeftOut(): void {
    if (this.#leftOut > 0) this.#onLine(`${this.#leftOut} lines of the bot were left out`)
    this.#leftOut = 0
  }

  #tell(lines: ReadonlyArray<string>): void {
    for (const line of lines) {
      if (this.#lines-- > 0) this.#onLine(line)
      else this.#leftOut++
    }
  }
}
