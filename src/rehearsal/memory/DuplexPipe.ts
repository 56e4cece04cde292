import type { Network } from "./Network.ts"
import { Pipe } from "./Pipe.ts"
import { ReadBuffer } from "./ReadBuffer.ts"

/** Both directions of a connection, and the client's buffer of frames that it has not read. */
export class DuplexPipe {
  readonly network: Network
  readonly readBuffer: ReadBuffer
  readonly #upstream: Pipe
  readonly #downstream: Pipe

  constructor(network: Network, readBuffer: ReadBuffer) {
    this.network = network
    this.readBuffer = readBuffer
    this.#upstream = new Pipe(network)
    this.#downstream = new Pipe(network)
  }

  toServer(arrive: () => void): void {
    this.#upstream.send(arrive, "client")
  }

  /** Past the read buffer: a pause does not hold it back. */
  toClient(arrive: () => void): void {
    this.#downstream.send(() => this.network.read(arrive), "server")
  }

  /** Sends something to the client's read buffer, in which it takes up `size` until it is read. */
  toReadBuffer(read: () => void, size = 0): void {
    this.toClient(this.readBuffer.reserve(size, read))
  }

  /** Loses what is under way to the server. */
  clearUpstream(): void {
    this.#upstream.clear()
  }

  /** Loses what is under way, both ways. What has arrived in the read buffer stays there. */
  clear(): void {
    this.#upstream.clear()
    this.#downstream.clear()
  }
}
