import { Deferred } from "effect"
import type { Dial, DialError } from "../services/Socket.ts"
import { invalidHandshake } from "./dialError.ts"
import { judgeAnswer, makeKey, upgradeRequest } from "./handshake.ts"

/** Bytes of an answer's head, with any interim ones before it: as much as `node:http` reads. */
const longestHead = 16_384

const prefix = "HTTP/1."

/** A handshake under way: dropped when the connection is open. */
export class ClientHandshake {
  readonly dialled = Deferred.makeUnsafe<void, DialError>()
  readonly #key = makeKey()
  #request: string
  /** What has been read of the answer, and how much of all answers. */
  #head = ""
  #taken = 0

  /** Throws on a header that cannot be sent. */
  constructor(request: Dial) {
    this.#request = upgradeRequest(request, this.#key)
  }

  /** The request, once. It has secrets, so it is not kept for longer than it waits to be sent. */
  takeRequest(): string {
    const request = this.#request
    this.#request = ""
    return request
  }

  /** Reads an answer. Returns where the frames behind it begin; `undefined` while its end has not come. */
  read(bytes: Buffer, start: number, end: number): number | DialError | undefined {
    const size = Math.min(end - start, longestHead - this.#taken)
    this.#taken += size
    let searched = Math.max(0, this.#head.length - 3)
    let head = start - this.#head.length
    this.#head += bytes.toString("latin1", start, start + size)
    for (;;) {
      // At the first bytes already: who speaks another protocol may wait for us to go on.
      if (!prefix.startsWith(this.#head.slice(0, prefix.length))) return invalidHandshake()
      const length = this.#head.indexOf("\r\n\r\n", searched)
      if (length < 0) return this.#taken === longestHead ? invalidHandshake() : undefined
      const answer = judgeAnswer(this.#head.slice(0, length), this.#key)
      head += length + 4
      if (answer === "open") return head
      if (answer !== "interim") return answer
      this.#head = this.#head.slice(length + 4)
      searched = 0
    }
  }
}
