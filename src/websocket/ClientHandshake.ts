import type { Socket as NetSocket } from "node:net"
import { Deferred, Exit } from "effect"
import { type Dial, type DialError, HandshakeFault, invalidHandshake } from "../services/Socket.ts"
import type { Approach } from "./Approach.ts"
import { checkResponse, makeKey, upgradeRequest } from "./handshake.ts"

/** Bytes of a response's head, with any interim ones before it: as much as `node:http` reads. */
const maxHeadSize = 16_384

const httpPrefix = "HTTP/1."

/** True if a line ends with LF alone, from an index on: RFC 9112 section 2.2. A server that writes so never ends its head. */
const hasBareLineEnd = (head: string, from: number): boolean => {
  for (let at = head.indexOf("\n", from); at >= 0; at = head.indexOf("\n", at + 1)) {
    if (head[at - 1] !== "\r") return true
  }
  return false
}

/** The client's side of an opening handshake. Needed only until the connection is open. RFC 6455 section 4.1. */
export class ClientHandshake {
  readonly outcome = Deferred.makeUnsafe<void, DialError>()
  /** Way to the host, where it has not one known address only. */
  approach: Pick<Approach<NetSocket>, "destroy" | "settle"> | undefined = undefined
  readonly #key = makeKey()
  #request: string
  /** Part of the response that has been read. */
  #head = ""
  /** Bytes that have been read of all responses. */
  #bytesRead = 0

  /** Throws on a header that cannot be sent. */
  constructor(request: Dial) {
    this.#request = upgradeRequest(request, this.#key)
  }

  /** Tells the outcome, once. */
  settle(outcome: Exit.Exit<void, DialError>): void {
    if (Deferred.doneUnsafe(this.outcome, outcome)) this.approach?.settle(Exit.isSuccess(outcome))
  }

  /** Gives the request, once. It holds secrets, so it is kept no longer than until it is sent. */
  takeRequest(): string {
    const request = this.#request
    this.#request = ""
    return request
  }

  /**
   * Reads the response. Returns where the frames behind it begin, an error, or `undefined` while there is more to come.
   */
  read(bytes: Buffer, start: number, end: number): number | DialError | undefined {
    const size = Math.min(end - start, maxHeadSize - this.#bytesRead)
    this.#bytesRead += size
    let searched = Math.max(0, this.#head.length - 3)
    let head = start - this.#head.length
    this.#head += bytes.toString("latin1", start, start + size)
    for (;;) {
      // Checked at the first bytes: a server that speaks another protocol may wait for us to go on.
      if (!httpPrefix.startsWith(this.#head.slice(0, httpPrefix.length))) return invalidHandshake(HandshakeFault.http)
      const length = this.#head.indexOf("\r\n\r\n", searched)
      if (hasBareLineEnd(length < 0 ? this.#head : this.#head.slice(0, length), searched)) {
        return invalidHandshake(HandshakeFault.lineEnd)
      }
      if (length < 0) {
        return this.#bytesRead === maxHeadSize ? invalidHandshake(HandshakeFault.size) : undefined
      }
      const verdict = checkResponse(this.#head.slice(0, length), this.#key)
      head += length + 4
      if (verdict === "open") return head
      if (verdict !== "interim") return verdict
      this.#head = this.#head.slice(length + 4)
      searched = 0
    }
  }
}
