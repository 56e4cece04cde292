import { type DialError, HandshakeFault, invalidHandshake } from "../services/DialError.ts"
import { lineFault, type ResponseVerdict } from "./handshake.ts"

/** Bytes of a response's head, with any interim ones before it: as much as `node:http` reads. */
const maxHeadSize = 16_384

const httpPrefix = "HTTP/1."

/** Reads the head of a response, and of the interim ones before it. */
export class HeadReader {
  /** Part of the head that has been read. */
  #head = ""
  /** Where its first line begins that has not been checked. */
  #unchecked = 0
  /** Bytes that have been read of all responses. */
  #bytesRead = 0

  /**
   * Reads on. `check` judges a head, without its empty line. Returns where what follows the head begins, an error, or
   * `undefined` while there is more to come.
   */
  read(
    bytes: Buffer,
    start: number,
    end: number,
    check: (head: string) => ResponseVerdict
  ): number | DialError | undefined {
    const size = Math.min(end - start, maxHeadSize - this.#bytesRead)
    this.#bytesRead += size
    let head = start - this.#head.length
    this.#head += bytes.toString("latin1", start, start + size)
    for (;;) {
      // Checked at the first bytes: a server that speaks another protocol may wait for us to go on.
      if (!httpPrefix.startsWith(this.#head.slice(0, httpPrefix.length))) return invalidHandshake(HandshakeFault.http)
      const length = this.#lengthOfLines()
      if (typeof length === "string") return invalidHandshake(length)
      if (length === undefined) {
        return this.#bytesRead === maxHeadSize ? invalidHandshake(HandshakeFault.size) : undefined
      }
      const verdict = check(this.#head.slice(0, length))
      head += length + 4
      if (verdict === "open") return head
      if (verdict !== "interim") return verdict
      this.#head = this.#head.slice(length + 4)
      this.#unchecked = 0
    }
  }

  /**
   * Checks the lines that are whole, each once: a head with one that is malformed may never end. Gives the length of the head
   * up to its empty line, `undefined` while that has not come, or what is wrong.
   */
  #lengthOfLines(): number | string | undefined {
    for (;;) {
      const at = this.#unchecked
      const end = this.#head.indexOf("\n", at)
      if (end < 0) return undefined
      // RFC 9112 section 2.2.
      if (end === at || this.#head[end - 1] !== "\r") return HandshakeFault.lineEnd
      // The first line is never empty: it begins as HTTP does.
      if (end === at + 1) return at - 2
      const fault = lineFault(this.#head.slice(at, end - 1), at === 0)
      if (fault !== undefined) return fault
      this.#unchecked = end + 1
    }
  }
}
