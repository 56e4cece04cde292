import { CloseCode } from "../../services/Socket.ts"
import { Cut } from "../Rehearsal.ts"
import type { Later } from "./Later.ts"
import type { Transport, TransportEvents } from "./Transport.ts"

/** How a frame comes that does not come at once. `every`: in milliseconds. */
export interface InParts {
  readonly parts: number
  readonly every: number
  readonly later: Later
}

/** Callbacks of a frame that comes in parts: its last part was sent, and the client has read it. */
export interface PartsDone {
  readonly sent: () => void
  readonly delivered: () => void
}

/** The server's end of a connection: what it says and hears, over a transport. */
export abstract class ServerSocket implements TransportEvents {
  readonly transport: Transport
  /** False once the client's close frame has come, or the connection is lost. */
  open = true
  /** True once the server has begun to end it. */
  ending = false
  muted = false
  /** True while it reads nothing. */
  paused = false
  /** True while it reads what has waited since it read nothing. */
  readsLate = false
  /** True while a frame that was begun is not whole: no other may be sent until it is. */
  midFrame = false
  /** True once the connection is lost. */
  gone = false
  readonly #whenGone = new Set<() => void>()

  constructor(transport: Transport) {
    this.transport = transport
  }

  /** True while the client hears of what is sent. */
  get reachable(): boolean {
    return this.open && !this.ending && !this.muted
  }

  get sendable(): boolean {
    return this.reachable && !this.midFrame
  }

  send(frame: string | Uint8Array, delivered?: () => void): boolean {
    return this.sendable && this.transport.send(frame, delivered)
  }

  /** Begins a frame that comes in so many parts, one `every` so many milliseconds: whole with the last, where there is one. */
  sendInParts(frame: string, { every, later, parts }: InParts, done?: PartsDone): boolean {
    if (!this.sendable) return false
    this.midFrame = true
    const size = Math.ceil(frame.length / Math.min(parts, frame.length))
    const sendPart = (nth: number) => {
      // One that is muted in the middle of a frame never gets to its end.
      if (!this.reachable) return
      const isLast = nth === parts
      const from = (nth - 1) * size
      this.transport.sendPart(frame.slice(from, isLast ? undefined : from + size), isLast, done?.delivered)
      if (!isLast) return later(every, () => sendPart(nth + 1))
      this.midFrame = false
      done?.sent()
    }
    sendPart(1)
    return true
  }

  pause(): boolean {
    if (!this.open || this.paused) return false
    this.paused = true
    this.transport.pause()
    return true
  }

  resume(): boolean {
    if (!this.paused) return false
    this.paused = false
    this.readsLate = true
    this.transport.resume()
    this.readsLate = false
    return true
  }

  cut(how: Cut): boolean {
    if (!this.open || this.ending || (this.muted && Cut.$is("CloseFrame")(how))) return false
    this.ending = true
    this.transport.end(how)
    return true
  }

  mute(): boolean {
    if (!this.reachable) return false
    this.muted = true
    this.transport.mute()
    return true
  }

  unmute(): boolean {
    if (!this.muted) return false
    this.muted = false
    this.transport.unmute()
    return true
  }

  /** Calls back when the client has read what was sent so far, or the connection is lost. */
  whenRead(done: () => void): void {
    if (this.gone) return done()
    const once = () => {
      if (this.#whenGone.delete(once)) done()
    }
    this.#whenGone.add(once)
    if (this.reachable) this.transport.probe(once)
  }

  onCloseFrame(code: number): void {
    if (!this.open) return
    this.open = false
    this.ended(code)
  }

  onGone(readToEnd: boolean): void {
    if (this.gone) return
    this.gone = true
    this.onCloseFrame(CloseCode.abnormal)
    this.removed(readToEnd)
    for (const callback of this.#whenGone) callback()
  }

  abstract onFrame(frame: string): void
  abstract onPing(): void
  /** It no longer counts as open. */
  protected abstract ended(code: number): void
  /** The connection is lost. `readToEnd`: {@link TransportEvents.onGone}. */
  protected abstract removed(readToEnd: boolean): void
}
