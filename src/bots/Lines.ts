/** Cuts a text that comes in pieces into its lines. A line that is longer than it may be comes in several. */
export class Lines {
  readonly #longest: number
  #rest = ""

  /** `longest`: characters of a line. */
  constructor(longest: number) {
    this.#longest = longest
  }

  /** Takes a piece, and gives the lines that are whole with it. */
  push(piece: string): ReadonlyArray<string> {
    const lines = (this.#rest + piece).split("\n")
    this.#rest = lines.pop() ?? ""
    if (this.#rest.length > this.#longest) {
      lines.push(this.#rest)
      this.#rest = ""
    }
    return lines.flatMap((line) => this.#cut(line))
  }

  /** Gives what has come without a line end, if anything has. */
  end(): ReadonlyArray<string> {
    const rest = this.#rest
    this.#rest = ""
    return rest === "" ? [] : [rest]
  }

  #cut(line: string): ReadonlyArray<string> {
    if (line.length <= this.#longest) return [line]
    const pieces = Math.ceil(line.length / this.#longest)
    return Array.from({ length: pieces }, (_, n) => line.slice(n * this.#longest, (n + 1) * this.#longest))
  }
}
