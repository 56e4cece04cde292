import type { Transport, TransportEvents } from "../core/Transport.ts"
import { Cut } from "../Rehearsal.ts"
import type { MemoryConnection } from "./MemoryConnection.ts"

/** The server's end of a connection in this process. */
export class MemoryTransport implements Transport {
  readonly #client: MemoryConnection
  #events: TransportEvents | undefined = undefined
  #muted = false
  #lost = false
  #closeSent = false
  /** The code of a close frame that came while muted. */
  #unanswered: number | undefined = undefined

  constructor(client: MemoryConnection) {
    this.#client = client
  }

  attach(events: TransportEvents): void {
    this.#events = events
  }

  send(frame: string | Uint8Array, delivered: () => void = () => {}): boolean {
    const text = typeof frame === "string" ? frame : new TextDecoder().decode(frame)
    if (this.#lost || !this.#client.inbox.hasRoom(text.length)) return false
    this.#client.deliver(() => this.#client.readFrame(text, delivered), text.length)
    return true
  }

  probe(done: () => void): void {
    this.#client.deliver(() => {
      this.#client.readControl()
      done()
    })
  }

  end(how: Cut): void {
    const client = this.#client
    Cut.$match(how, {
      CloseFrame: ({ code }) => this.#sendClose(code),
      End: () => client.deliver(() => client.readEnd()),
      Reset: () =>
        client.network.turns.run(() => {
          client.reset()
          this.lose()
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
    this.readClose(code)
  }

  readFrame(frame: string): void {
    if (!this.#muted) this.#events?.onFrame(frame)
  }

  readPing(): void {
    if (this.#muted) return
    this.#events?.onPing()
    this.#client.deliver(() => this.#client.readControl())
  }

  /** A close frame, or the answer to ours: either way it is the server that ends the stream. */
  readClose(code: number): void {
    if (this.#muted) {
      this.#unanswered = code
      return
    }
    this.#events?.onCloseFrame(code)
    this.#sendClose(code)
    this.#client.deliver(() => this.#client.readEnd())
  }

  /** The connection is lost, or the client has ended its stream: noticed even when muted. */
  lose(): void {
    if (this.#lost) return
    this.#lost = true
    // Never in order: what is delivered is told frame by frame here.
    this.#events?.onGone(false)
  }

  #sendClose(code: number): void {
    if (this.#closeSent) return
    this.#closeSent = true
    this.#client.deliver(() => this.#client.readClose(code))
  }
}
