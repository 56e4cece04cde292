import { Duration, Effect } from "effect"
import type { Latency, Network } from "./Network.ts"

interface Packet {
  readonly sentAt: number
  readonly arrive: () => void
}

/** One direction of a connection: what is sent arrives in order, after the network's latency. */
export class Pipe {
  readonly #network: Network
  #packets: Array<Packet> = []
  #delivering = false

  constructor(network: Network) {
    this.#network = network
  }

  /**
   * Calls `arrive` at the other end. Without latency: what the server sends arrives before this returns, and what the
   * client sends arrives after its fiber has given up control.
   */
  send(arrive: () => void, from: "server" | "client"): void {
    const { clock, latency, run, turns } = this.#network
    if (latency === undefined) return from === "server" ? turns.run(arrive) : turns.defer(arrive)
    this.#packets.push({ sentAt: clock.currentTimeMillisUnsafe(), arrive })
    if (this.#delivering) return
    this.#delivering = true
    run(this.#deliver(latency))
  }

  /** Loses what is under way. */
  clear(): void {
    this.#packets = []
  }

  readonly #deliver = Effect.fnUntraced({ self: this }, function* (this: Pipe, latency: Latency) {
    let arrival = 0
    for (let packet = this.#packets[0]; packet !== undefined; packet = this.#packets[0]) {
      arrival = Math.max(arrival, packet.sentAt + Duration.toMillis(yield* latency))
      // Even with nothing to wait for, the sender gives up control first.
      yield* Effect.sleep(Math.max(0, arrival - this.#network.clock.currentTimeMillisUnsafe()))
      if (this.#packets[0] !== packet) continue
      this.#packets.shift()
      this.#network.turns.run(packet.arrive)
    }
    this.#delivering = false
  })
}
