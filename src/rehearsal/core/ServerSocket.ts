import { CloseCode } from "../../services/Socket.ts"
import { Cut } from "../Rehearsal.ts"
import type { Transport, TransportEvents } from "./Transport.ts"

/** The server's end of a connection: what it says and hears, over a transport. */
export abstract class ServerSocket implements TransportEvents {
  readonly transport: Transport
  /** False once the client's close frame has come, or the connection is lost. */
  open = true
  /** True once the server has begun to end it. */
  ending = false
  muted = false
  /** True once the connection is lost. */
  gone = false
  readonly #whenGone = new Set<() => void>()

  constructor(transport: Transport) {
    this.transport = transport
  }

  get sendable(): boolean {
    return this.open && !this.ending && !this.muted
  }

  send(frame: string | Uint8Array, delivered?: () => void): boolean {
    return this.sendable && this.transport.send(frame, delivered)
  }

  cut(how: Cut): boolean {
    if (!this.open || this.ending || (this.muted && Cut.$is("CloseFrame")(how))) return false
    this.ending = true
    this.transport.end(how)
    return true
  }

  mute(): boolean {
    if (!this.sendable) return false
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
    if (this.sendable) this.transport.probe(once)
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
