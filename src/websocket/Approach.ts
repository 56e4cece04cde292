import { isIP, type Socket as NetSocket } from "node:net"
import { Result } from "effect"
import { forbiddenAddress } from "../services/DialError.ts"
import { type Dial } from "../services/Socket.ts"
import type { Answer } from "./names/Name.ts"
import type { Names } from "./names/Names.ts"
import { Race } from "./Race.ts"
import type { Proxy, Way } from "./Way.ts"

/** Addresses that a dial may go to; `undefined` while its host's name has to be looked up. */
export const addressesOf = ({ addresses, allowsAddress, endpoint }: Dial): ReadonlyArray<string> | undefined => {
  const { hostname } = endpoint
  const known = addresses ?? (isIP(hostname) === 0 ? undefined : [hostname])
  // A name in the list would be looked up behind the guard's back.
  return known?.filter((address) => isIP(address) !== 0 && allowsAddress(address))
}

/** True if it is known that a dial may not be. A proxy looks names up by itself, so of those nothing is known. */
export const isForbidden = (request: Dial, proxy: Proxy | undefined): boolean => {
  const { hostname } = request.endpoint
  return proxy === undefined
    ? addressesOf(request)?.length === 0
    : isIP(hostname) !== 0 && !request.allowsAddress(hostname)
}

/** What an approach leads to. */
export interface Arrival<S extends NetSocket> {
  /** Begins to connect to an address. */
  readonly begin: (address: string) => S
  /** The socket is connected. Nothing has been said on it. */
  readonly onSocket: (socket: S) => void
  /** There is no socket to be had. */
  readonly onError: (error: unknown) => void
  /** All sockets are gone, after `destroy` has ended an approach that had not arrived. */
  readonly onClose: () => void
}

/**
 * Way of a connection to a host that has several addresses, or none that is known yet: they are looked up, and raced. It
 * is needed until the handshake is done.
 */
export class Approach<S extends NetSocket> implements Way {
  readonly isAtProxy = false
  readonly #dial: Dial
  readonly #names: Names
  readonly #arrival: Arrival<S>
  #addresses: ReadonlyArray<string> = []
  #takeBack: (() => void) | undefined = undefined
  #race: Race<S> | undefined = undefined
  #socket: S | undefined = undefined
  #isEnded = false
  /** Address that has won the race; before, the one that was tried first. */
  #address: string | undefined = undefined

  constructor(dial: Dial, names: Names, arrival: Arrival<S>) {
    this.#dial = dial
    this.#names = names
    this.#arrival = arrival
  }

  /** True until there is a socket, or it has ended. */
  get isUnderWay(): boolean {
    return this.#socket === undefined && !this.#isEnded
  }

  /** Begins. Its arrival may be told before this returns. */
  start(): void {
    const { hostname } = this.#dial.endpoint
    const addresses = addressesOf(this.#dial)
    if (addresses !== undefined) return this.#raceTo(addresses)
    const known = this.#names.recall(hostname, false)
    if (known !== undefined) return this.#onAnswer(known)
    this.#takeBack = this.#names.ask(hostname, false, (answer) => this.#onAnswer(answer))
  }

  /** Ends it, wherever it is. */
  destroy(): void {
    if (this.#socket !== undefined) return void this.#socket.destroy()
    if (this.#isEnded) return
    this.#isEnded = true
    this.#takeBack?.()
    if (this.#race === undefined) this.#arrival.onClose()
    else this.#race.destroy(this.#arrival.onClose)
  }

  /** Remembers which address to try first the next time, and which last. */
  settle(opened: boolean): void {
    if (this.#addresses.length < 2 || this.#address === undefined) return
    this.#names.tried(this.#dial.endpoint.hostname, this.#address, opened)
  }

  #onAnswer(answer: Answer): void {
    if (Result.isFailure(answer)) return this.#arrival.onError(answer.failure)
    this.#raceTo(addressesOf({ ...this.#dial, addresses: answer.success }) ?? [])
  }

  #raceTo(addresses: ReadonlyArray<string>): void {
    if (addresses.length === 0) return this.#arrival.onError(forbiddenAddress())
    this.#addresses = addresses
    this.#address = addresses[0]
    this.#race = new Race(addresses, this.#arrival.begin, {
      won: (socket, address) => {
        this.#race = undefined
        this.#socket = socket
        this.#address = address
        this.#arrival.onSocket(socket)
      },
      lost: this.#arrival.onError
    })
  }
}
