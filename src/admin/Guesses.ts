/** Wrong tokens that a client may show at once. */
const burst = 10
/** Time that each one costs beyond those, in milliseconds. */
const each = 1_000
/** Time that a client waits for its turn at most, in milliseconds. */
const longestWait = 5_000
/** Clients that are remembered, the newest. */
const mostClients = 1_024

/**
 * Paces guesses of the token by client: ten at once, then one a second, and none where five wait. Each is charged before it
 * is judged, so that to go away early saves nothing, and what was right is paid back. Times are of `monotonicMillis`.
 */
export class Guesses {
  /** When the debt of each client is paid; in the order in which they were charged last. */
  readonly #paidAt = new Map<string, number>()

  /** Charges a client for a token that it shows. Gives the time to wait before it is judged; `undefined` for never. */
  charge(client: string, now: number): number | undefined {
    const paidAt = Math.max(this.#paidAt.get(client) ?? -Infinity, now) + each
    const wait = Math.max(0, paidAt - burst * each - now)
    if (wait > longestWait) return undefined
    this.#set(client, paidAt)
    return wait
  }

  /** Pays a client back. */
  refund(client: string): void {
    const paidAt = this.#paidAt.get(client)
    if (paidAt !== undefined) this.#paidAt.set(client, paidAt - each)
  }

  #set(client: string, paidAt: number): void {
    this.#paidAt.delete(client)
    this.#paidAt.set(client, paidAt)
    if (this.#paidAt.size <= mostClients) return
    const [oldest] = this.#paidAt.keys()
    if (oldest !== undefined) this.#paidAt.delete(oldest)
  }
}
