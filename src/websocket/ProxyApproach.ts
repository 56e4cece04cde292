import { connect as connectNet, isIP, type Socket as NetSocket } from "node:net"
import { connect as connectTls, TLSSocket } from "node:tls"
import { DialError, ofProxy } from "../services/DialError.ts"
import { type Dial } from "../services/Socket.ts"
import { Approach, type Arrival } from "./Approach.ts"
import { checkTunnel, connectRequest } from "./connectRequest.ts"
import { dialErrorFrom } from "./dialError.ts"
import { HeadReader } from "./HeadReader.ts"
import { markTunnel } from "./tunnels.ts"
import type { Proxy, Route, Way } from "./Way.ts"

/** The name that TLS asks for: RFC 6066 section 3, of a name only. */
export const servernameOf = (hostname: string): string => (isIP(hostname) === 0 ? hostname : "")

const connectTo = (host: string, { endpoint: { hostname, port }, secureContext }: Proxy): NetSocket =>
  secureContext === undefined
    ? connectNet({ host, port })
    : connectTls({ host, port, secureContext, servername: servernameOf(hostname) })

const hungUp = () => new DialError({ reason: "proxy", detail: "ECONNRESET" })

/** Way to a host through a proxy: the proxy is approached, asked for a tunnel, and TLS of the host begins within it. */
export class ProxyApproach implements Way {
  readonly #dial: Dial
  readonly #proxy: Proxy
  readonly #secureContext: Route["secureContext"]
  readonly #arrival: Omit<Arrival<NetSocket>, "begin">
  readonly #approach: Approach<NetSocket>
  readonly #reader = new HeadReader()
  #socket: NetSocket | undefined = undefined
  #isEnded = false

  constructor(dial: Dial, { names, secureContext }: Route, proxy: Proxy, arrival: Omit<Arrival<NetSocket>, "begin">) {
    this.#dial = dial
    this.#proxy = proxy
    this.#secureContext = secureContext
    this.#arrival = arrival
    // The operator chose the proxy: what the server chooses is checked by its name, before.
    this.#approach = new Approach<NetSocket>({ ...dial, endpoint: proxy.endpoint, allowsAddress: () => true }, names, {
      begin: (address) => connectTo(address, proxy),
      onSocket: (socket) => this.#ask(socket),
      onError: (error) => this.#fail(error),
      onClose: () => this.#close()
    })
  }

  get isUnderWay(): boolean {
    return this.#socket === undefined && !this.#isEnded
  }

  get isAtProxy(): boolean {
    return this.#socket === undefined
  }

  start(): void {
    this.#approach.start()
  }

  destroy(): void {
    if (this.#socket === undefined) this.#approach.destroy()
    else this.#socket.destroy()
  }

  settle(): void {
    // How the host answers says nothing of the proxy's addresses.
  }

  #ask(socket: NetSocket): void {
    const say = () => void socket.write(connectRequest(this.#dial.endpoint, this.#proxy.endpoint), "latin1")
    // Not `data`: who comes after must find the socket as if it had never been read.
    const read = () => {
      while (this.isUnderWay) {
        const chunk: unknown = socket.read()
        if (!Buffer.isBuffer(chunk)) return
        const from = this.#reader.read(chunk, 0, chunk.length, checkTunnel)
        if (from instanceof DialError) return fail(from)
        if (from === undefined) continue
        socket.off("readable", read).off("end", end).off("error", fail).off("close", close)
        if (from < chunk.length) socket.unshift(chunk.subarray(from))
        return this.#arrive(socket)
      }
    }
    const fail = (error: unknown) => {
      this.#fail(error)
      socket.destroy()
    }
    const end = () => fail(hungUp())
    const close = () => {
      this.#fail(hungUp())
      this.#close()
    }
    socket.setNoDelay()
    socket.on("readable", read).on("end", end).on("error", fail).on("close", close)
    if (socket instanceof TLSSocket) socket.once("secureConnect", say)
    else say()
  }

  #arrive(socket: NetSocket): void {
    this.#approach.settle(true)
    const { hostname } = this.#dial.endpoint
    const within =
      this.#secureContext === undefined
        ? socket
        : // `host`: what the certificate has to be for. Without it Node takes one for localhost as that of an address.
          connectTls({
            socket,
            host: hostname,
            secureContext: this.#secureContext,
            servername: servernameOf(hostname)
          })
    if (within !== socket) socket.on("error", (error) => within.destroy(error))
    markTunnel(within)
    this.#socket = within
    this.#arrival.onSocket(within)
  }

  #fail(error: unknown): void {
    if (!this.isUnderWay) return
    this.#isEnded = true
    this.#approach.settle(false)
    this.#arrival.onError(ofProxy(dialErrorFrom(error)))
  }

  #close(): void {
    this.#isEnded = true
    this.#arrival.onClose()
  }
}
