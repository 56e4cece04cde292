import { Deferred, Exit } from "effect"
import type { DialError } from "../services/DialError.ts"
import type { Dial } from "../services/Socket.ts"
import { checkResponse, makeKey, upgradeRequest } from "./handshake.ts"
import { HeadReader } from "./HeadReader.ts"
import type { Way } from "./Way.ts"

/** The client's side of an opening handshake. Needed only until the connection is open. RFC 6455 section 4.1. */
export class ClientHandshake {
  readonly outcome = Deferred.makeUnsafe<void, DialError>()
  /** Way to the host, where it has not one known address only. */
  approach: Pick<Way, "destroy" | "settle" | "isAtProxy"> | undefined = undefined
  readonly #key = makeKey()
  readonly #reader = new HeadReader()
  #request: string

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
    return this.#reader.read(bytes, start, end, (head) => checkResponse(head, this.#key))
  }
}
