import type { Transport, TransportEvents } from "../core/Transport.ts"
import { Cut } from "../Rehearsal.ts"
import type { DuplexPipe } from "./DuplexPipe.ts"
import type { MemoryConnection } from "./MemoryConnection.ts"
import type { ServerEnd } from "./ServerEnd.ts"

/** The server's end of a connection in memory. */
export class MemoryTransport implements Transport, ServerEnd {
  readonly #client: MemoryConnection
  readonly #pipe: DuplexPipe
  #events: TransportEvents | undefined = undefined
  #muted = false
  #lost = false
  #closeSent = false
  /** The code of a close frame that came while muted. */
  #unanswered: number | undefined = undefined
  /** What has come and is not read, while it reads nothing. */
  #unread: Array<() => void> | undefined = undefined
  /** Parts of a frame that is not whole yet. */
  #parts = ""

  constructor(client: MemoryConnection) {
    this.#client = client
    this.#pipe = client.pipe
  }

  attach(events: TransportEvents): void {
    this.#events = events
  }

  send(frame: string | Uint8Array, delivered: () => void = () => {}): boolean {
    const text = typeof frame === "string" ? frame : new TextDecoder().decode(frame)
    if (this.#lost || !this.#pipe.readBuffer.hasRoom(text.length)) return false
    this.#pipe.toReadBuffer(() => this.#client.onFrame(text, delivered), text.length)
    return true
  }

  sendPart(part: string, isLast: boolean, delivered: () => void = () => {}): void {
    if (this.#lost) return
    this.#parts += part
    const whole = this.#parts
    if (isLast) this.#parts = ""
    this.#pipe.toReadBuffer(isLast ? () => this.#client.onFrame(whole, delivered) : () => this.#client.onPart())
  }

  probe(done: () => void): void {
    this.#pipe.toReadBuffer(() => {
      this.#client.onControl()
      done()
    })
  }

  end(how: Cut): void {
    Cut.$match(how, {
      CloseFrame: ({ code }) => this.#sendClose(code),
      End: () => this.#pipe.toReadBuffer(() => this.#client.onEnd()),
      Reset: () =>
        this.#pipe.network.turns.run(() => {
          this.#client.onReset()
          this.onClientGone()
        })
    })
  }

  mute(): void {
    this.#muted = true
  }

  unmute(): void {
    this.#muted = false
    const code = this.#unanswered
    if (code === undefined) return
    this.#unanswered = undefined
    this.onCloseFrame(code)
  }

  pause(): void {
    this.#unread ??= []
  }

  resume(): void {
    const unread = this.#unread ?? []
    this.#unread = undefined
    for (const read of unread) read()
    this.#client.onRead()
  }

  isReading(): boolean {
    return this.#unread === undefined
  }

  onFrame(frame: string): void {
    if (this.#unread !== undefined) return void this.#unread.push(() => this.onFrame(frame))
    if (!this.#muted) this.#events?.onFrame(frame)
  }

  onPing(): void {
    if (this.#unread !== undefined) return void this.#unread.push(() => this.onPing())
    if (this.#muted) return
    this.#events?.onPing()
    this.#pipe.toReadBuffer(() => this.#client.onControl())
  }

  /** Answers it, unless it is the answer itself. Either way it is the server that ends the stream. */
  onCloseFrame(code: number): void {
    if (this.#unread !== undefined) return void this.#unread.push(() => this.onCloseFrame(code))
    if (this.#muted) {
      this.#unanswered = code
      return
    }
    this.#events?.onCloseFrame(code)
    this.#sendClose(code)
    this.#pipe.toReadBuffer(() => this.#client.onEnd())
  }

  onClientGone(): void {
    if (this.#lost) return
    this.#lost = true
    this.#unread = undefined
    // Whether the client has read to the end does not matter here: what it reads is told frame by frame.
    this.#events?.onGone(false)
  }

  #sendClose(code: number): void {
    if (this.#closeSent) return
    this.#closeSent = true
    this.#pipe.toReadBuffer(() => this.#client.onCloseFrame(code))
  }
}
