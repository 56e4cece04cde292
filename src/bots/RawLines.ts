import type { Readable } from "node:stream"
import { Lines } from "./Lines.ts"

/** What is read of a stream, and told of it, between two looks at its bot. */
const perLook = { characters: 64 * 1024, lines: 250 }
/** Characters of a line. */
const longest = 4096

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

  constructor(stream: Readable, onLine: (line: string) => void) {
    const lines = new Lines(longest)
    this.#stream = stream
    this.#onLine = onLine
    // Its end is told by the bot's own.
    stream.on("error", () => {})
    stream.setEncoding("utf8")
    stream.on("data", (text: string) => {
      this.#tell(lines.push(text))
      this.#characters -= text.length
      if (this.#characters <= 0) stream.pause()
    })
    stream.on("end", () => this.#tell(lines.end()))
  }

  /** Lets more be read. */
  look(): void {
    if (this.#leftOut > 0) this.#onLine(`${this.#leftOut} lines of the bot were left out`)
    this.#leftOut = 0
    this.#lines = perLook.lines
    this.#characters = perLook.characters
    this.#stream.resume()
  }

  #tell(lines: ReadonlyArray<string>): void {
    for (const line of lines) {
      if (this.#lines-- > 0) this.#onLine(line)
      else this.#leftOut++
    }
  }
}
