/** Limits on a message. */
export interface MessageLimits {
  /** Bytes of a message, all its fragments together. One that is larger is answered with close code 1009. */
  readonly maxFrame: number
  /** Fragments of a message. One that has more is answered with close code 1009 (by `ws`: 1008). */
  readonly maxFragments: number
}

/** Limits on what a connection takes from its peer. */
export interface SocketLimits extends MessageLimits {
  /** Bytes that may wait to be sent before another frame is. With more, the peer is dropped: it does not read. */
  readonly maxUnsent: number
  /** Milliseconds from the start of a close handshake until the socket is destroyed. */
  readonly closeTimeout: number
}
