import type { Load } from "./Load.ts"

/** How a dial that does not get through ends. `closes` is right after the handshake, and `closes soon` after 1.5 s. */
export type Fault = "refuses" | "hangs" | "says nothing" | "closes" | "closes soon"

/** End of a dial: what it is, and after how many milliseconds it comes. */
export interface Answer {
  readonly fault: Fault | undefined
  readonly after: number
}

export interface HostOptions {
  /** Milliseconds from a dial to its answer. */
  readonly latency?: number
  readonly load?: Load | undefined
  /** Milliseconds that a look-up of its name takes. */
  readonly lookup?: number
}

/** A server that bots dial. */
export class Host {
  readonly key: string
  readonly lookup: number
  latency: number
  load: Load | undefined
  /** How all dials end, as long as it is in trouble. */
  outage: Fault | undefined = undefined
  /** Milliseconds for which it asks to be left alone where it refuses. */
  retryAfter: number | undefined = undefined
  /** Times at which it was dialled. */
  readonly dials: Array<number> = []
  /** Time at which its name is known. */
  knownAt = -Infinity

  constructor(key: string, { latency = 2, load, lookup = 0 }: HostOptions = {}) {
    this.key = key
    this.latency = latency
    this.load = load
    this.lookup = lookup
  }

  /** Answers a dial that comes now. `fault`: how those of this bot end, whatever the host does. */
  answer(fault: Fault | undefined, now: number): Answer {
    this.dials.push(now)
    const { latency, outage } = this
    if (outage !== undefined || fault !== undefined) return { fault: outage ?? fault, after: latency }
    const more = this.load === undefined ? 0 : this.load(now)
    return more === undefined ? { fault: "refuses", after: latency } : { fault: undefined, after: latency + more }
  }
}
