import type { Socket as NetSocket } from "node:net"
import type { Later } from "../core/Later.ts"
import type { Transport, TransportEvents } from "../core/Transport.ts"
import { Cut } from "../Rehearsal.ts"
import type { ServerWebSocket } from "./ServerWebSocket.ts"

/** Bytes that may wait in this process for a client that reads slowly. */
const maxUnsent = 16 << 20

/** Milliseconds that a client has to end its stream after the server has ended its own. */
const lingerTime = 5_000

/** The server's end of a connection on `ws`. */
export class WsTransport implements Transport {
  readonly #ws: ServerWebSocket
  readonly #stream: NetSocket
  readonly #later: Later
  /** Number of pings that were sent. The payload of each is its number. */
  #pings = 0
  #probes: Array<{ readonly ping: number; readonly done: () => void }> = []

  constructor(ws: ServerWebSocket, stream: NetSocket, later: Later) {
    this.#ws = ws
    this.#stream = stream
    this.#later = later
  }

  attach(events: TransportEvents): void {
    const ws = this.#ws
    ws.onCloseFrame = events.onCloseFrame.bind(events)
    ws.on("message", (data: Buffer) => {
      if (!ws.muted) events.onFrame(data.toString())
    })
    ws.on("ping", (data) => {
      if (ws.muted) return
      ws.pong(data)
      events.onPing()
    })
    ws.on("pong", (data) => {
      if (!ws.muted) this.#onPong(Number(data.toString()))
    })
    // A frame that `ws` does not accept, or a reset: the end of the stream follows, and that is noticed below.
    ws.on("error", () => {})
    this.#stream.once("end", () => events.onGone(true))
    this.#stream.once("close", () => events.onGone(false))
  }

  send(frame: string | Uint8Array): boolean {
    if (this.#ws.readyState !== this.#ws.OPEN || this.#ws.bufferedAmount > maxUnsent) return false
    this.#ws.send(frame)
    return true
  }

  sendPart(part: string, isLast: boolean): void {
    if (this.#ws.readyState === this.#ws.OPEN) this.#ws.send(part, { fin: isLast })
  }

  probe(done: () => void): void {
    this.#probes.push({ ping: ++this.#pings, done })
    this.#ws.ping(`${this.#pings}`)
  }

  end(how: Cut): void {
    Cut.$match(how, {
      CloseFrame: ({ code }) => this.#ws.close(code),
      End: () => {
        // Not `destroy`: with something unread in our buffer that would be a reset, and the client would lose what it
        // has not read.
        this.#stream.end()
        this.#later(lingerTime, () => this.#stream.destroy())
      },
      Reset: () => void this.#stream.resetAndDestroy()
    })
  }

  mute(): void {
    this.#ws.muted = true
  }

  unmute(): void {
    this.#ws.unmute()
  }

  pause(): void {
    this.#ws.pause()
  }

  resume(): void {
    this.#ws.resume()
  }

  #onPong(ping: number): void {
    const answered = this.#probes.filter((probe) => probe.ping <= ping)
    this.#probes = this.#probes.filter((probe) => probe.ping > ping)
    for (const { done } of answered) done()
  }
}
