/** What a connection allows its peer. */
export interface SocketLimits {
  /** Bytes of a message, all its fragments together: a peer that sends more is closed with 1009. */
  readonly maxFrame: number
  /** Fragments of a message: a peer that sends more of them is closed with 1008. */
  readonly maxFragments: number
  /** Milliseconds from the begin of a close handshake until the socket is destroyed. */
  readonly closeTimeout: number
}
