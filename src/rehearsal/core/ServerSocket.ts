import { CloseCode } from "../../services/Socket.ts"
import { Cut } from "../Rehearsal.ts"
import type { Link, LinkEvents } from "./Link.ts"

/** A socket as the core sees it. */
export abstract class ServerSocket implements LinkEvents {
  readonly link: Link
  /** The client has not begun to close it, and it is not lost. */
  open = true
  /** We have begun to end it. */
  ending = false
  muted = false
  gone = false
  readonly #whenGone = new Set<() => void>()

  constructor(link: Link) {
    this.link = link
  }

  get sendable(): boolean {
    return this.open && !this.ending && !this.muted
  }

  send(frame: string | Uint8Array, delivered?: () => void): boolean {
    return this.sendable && this.link.send(frame, delivered)
  }

  cut(how: Cut): boolean {
    if (!this.open || this.ending || (this.muted && Cut.$is("CloseFrame")(how))) return false
    this.ending = true
    this.link.end(how)
    return true
  }

  mute(): boolean {
    if (!this.sendable) return false
    this.muted = true
    this.link.mute()
    return true
  }

  unmute(): boolean {
    if (!this.muted) return false
    this.muted = false
    this.link.unmute()
    return true
  }

  /** Calls back when the client has read what was sent so far, or nothing is left of the socket. */
  whenRead(done: () => void): void {
    if (this.gone) return done()
    const once = () => {
      if (this.#whenGone.delete(once)) done()
    }
    this.#whenGone.add(once)
    if (this.sendable) this.link.probe(once)
  }

  onCloseFrame(code: number): void {
    if (!this.open) return
    this.open = false
    this.ended(code)
  }

  onGone(inOrder: boolean): void {
    if (this.gone) return
    this.gone = true
    this.onCloseFrame(CloseCode.abnormal)
    this.removed(inOrder)
    for (const callback of this.#whenGone) callback()
  }

  abstract onFrame(frame: string): void
  abstract onPing(): void
  /** It counts as open no more. */
  protected abstract ended(code: number): void
  /** Nothing is left of it. */
  protected abstract removed(inOrder: boolean): void
}
