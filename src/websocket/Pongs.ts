/** Pongs that may wait to be sent, as many as with `ws`. */
const mostWaiting = 60

/** Sends a pong, and calls back when it has been handed to the kernel, or never will be. */
export type SendPong = (payload: Buffer, done: () => void) => void

/**
 * Answers to the pings of a peer that reads them late. So many wait at most; of the pings beyond these, the newest is answered
 * when there is room: RFC 6455 section 5.5.3 asks for no more, and a peer that never reads is sent no more.
 */
export class Pongs {
  readonly #send: SendPong
  #waiting = 0
  #newest: Buffer | undefined = undefined

  constructor(send: SendPong) {
    this.#send = send
  }

  /** Answers a ping. Its payload holds during the call. */
  answer(payload: Buffer): void {
    if (this.#waiting === mostWaiting) this.#newest = Buffer.from(payload)
    else this.#begin(payload)
  }

  #begin(payload: Buffer): void {
    this.#waiting++
    this.#send(payload, () => this.#sent())
  }

  #sent(): void {
    this.#waiting--
    const newest = this.#newest
    this.#newest = undefined
    if (newest !== undefined) this.#begin(newest)
  }
}
