import type { Transport, TransportEvents } from "./Transport.ts"

/** Makes the socket of an accepted connection. */
export type Attach = (transport: Transport) => TransportEvents

/** A client's handshake. Answered by `accept` or `refuse`, once, or never. */
export interface UpgradeRequest {
  readonly path: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Completes the handshake. Calls `attach` at once, unless the client has gone. */
  readonly accept: (attach: Attach) => void
  /** Answers with an HTTP status, and with `Retry-After` where seconds are given. */
  readonly refuse: (status: number, retryAfter?: number) => void
}
