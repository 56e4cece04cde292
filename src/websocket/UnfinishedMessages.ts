import type { Violation } from "../services/Violation.ts"
import type { PartialMessage } from "./PartialMessage.ts"

/** Connection that may be in the middle of a message. */
export interface MidMessage {
  readonly partial: PartialMessage | undefined
  /** True while nothing is read of it: a message cannot become whole then. */
  readonly isPaused: () => boolean
  /** Ends it. */
  readonly onViolation: (violation: Violation) => void
}

/** Looks at a message that is not whole, before it has taken too long. */
const mostLooks = 10

/** Milliseconds from one look to the next, for a bound on the time that a message may take. */
export const lookEach = (messageTimeout: number): number => messageTimeout / mostLooks

/**
 * Messages of all connections that are not whole yet. Together they are bounded in bytes: where they are too large, the largest
 * goes, so that it pays who has taken most. Each is bounded in time, counted in looks: while the process is stalled there is
 * none, so a peer is never blamed for what waited to be read.
 */
export class UnfinishedMessages {
  readonly #mostBytes: number
  readonly #connections = new Set<MidMessage>()
  #bytes = 0

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  /** Bytes that are held for them. */
  get bytes(): number {
    return this.#bytes
  }

  /** Connections that are in the middle of a message. */
  get size(): number {
    return this.#connections.size
  }

  /** Follows a connection whose unfinished message was another one, or has grown, or is whole or given up. */
  follow(connection: MidMessage, before: PartialMessage | undefined): void {
    const { partial } = connection
    if (before !== undefined && before !== partial) {
      this.#bytes -= before.counted
      before.counted = 0
    }
    if (partial === undefined) return void this.#connections.delete(connection)
    this.#connections.add(connection)
    this.#bytes += partial.payload.length - partial.counted
    partial.counted = partial.payload.length
    while (this.#bytes > this.#mostBytes) this.#largest().onViolation("unfinished-bytes")
  }

  /** Looks at each of them, and ends those that have taken too long. */
  look(): void {
    for (const connection of this.#connections) {
      const { partial } = connection
      if (partial === undefined || connection.isPaused() || ++partial.looks <= mostLooks) continue
      connection.onViolation("message-time")
    }
  }

  #largest(): MidMessage {
    const sizeOf = ({ partial }: MidMessage) => partial?.counted ?? 0
    return [...this.#connections].reduce((largest, each) => (sizeOf(each) > sizeOf(largest) ? each : largest))
  }
}
