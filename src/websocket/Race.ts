import type { Socket as NetSocket } from "node:net"

/** Milliseconds from one attempt to the next. RFC 8305 section 5. */
const stagger = 250

/** Attempts under way at once. */
const mostAttempts = 3

/** Called by a race, one of them, once. */
export interface RaceEnd<S extends NetSocket> {
  /** The socket is connected. Nothing has been said on it. */
  readonly won: (socket: S, address: string) => void
  /** No address can be connected to. The error is that of the last. */
  readonly lost: (error: unknown) => void
}

/**
 * Connects to the first of several addresses that lets it: the next is tried when the one before has failed or is slow,
 * and none is given up for being slow. Only the winner's socket is ever spoken on. RFC 8305 section 5.
 */
export class Race<S extends NetSocket> {
  readonly #addresses: ReadonlyArray<string>
  readonly #begin: (address: string) => S
  readonly #end: RaceEnd<S>
  readonly #attempts = new Set<S>()
  #next = 0
  #isOver = false
  #error: unknown = undefined
  #onGone: (() => void) | undefined = undefined
  /** A timer of Node's, because a race runs in the callbacks of its sockets, beside all fibers. */
  #timer: NodeJS.Timeout | undefined = undefined

  /** `begin` gives a socket that connects to an address. */
  constructor(addresses: ReadonlyArray<string>, begin: (address: string) => S, end: RaceEnd<S>) {
    this.#addresses = addresses
    this.#begin = begin
    this.#end = end
    this.#tryNext()
  }

  /** Ends all attempts, and tells when their sockets are gone. */
  destroy(onGone: () => void): void {
    this.#onGone = onGone
    this.#stop()
    if (this.#attempts.size === 0) onGone()
  }

  #tryNext(): void {
    clearTimeout(this.#timer)
    const address = this.#addresses[this.#next]
    if (address === undefined || this.#attempts.size === mostAttempts) return
    this.#next++
    this.#attempt(address)
    if (this.#next < this.#addresses.length) this.#timer = setTimeout(() => this.#tryNext(), stagger)
  }

  #attempt(address: string): void {
    const socket = this.#begin(address)
    this.#attempts.add(socket)
    const onConnect = () => {
      this.#attempts.delete(socket)
      this.#stop()
      socket.off("connect", onConnect).off("error", onError).off("close", onClose)
      this.#end.won(socket, address)
    }
    const onError = (error: Error) => {
      this.#error = error
    }
    const onClose = () => {
      this.#attempts.delete(socket)
      if (this.#isOver) this.#tellIfGone()
      else this.#afterFailure()
    }
    socket.on("connect", onConnect).on("error", onError).on("close", onClose)
  }

  #afterFailure(): void {
    this.#tryNext()
    if (this.#attempts.size > 0) return
    this.#stop()
    this.#end.lost(this.#error)
  }

  #stop(): void {
    this.#isOver = true
    clearTimeout(this.#timer)
    for (const socket of this.#attempts) socket.destroy()
  }

  #tellIfGone(): void {
    if (this.#attempts.size === 0) this.#onGone?.()
  }
}
