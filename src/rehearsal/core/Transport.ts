import type { Cut } from "../Rehearsal.ts"

/**
 * The server's end of one connection, in memory or on a real WebSocket: how the platform's sockets reach their client.
 */
export interface Transport {
  /**
   * Sends a frame, bytes as a binary one. False if the client reads so slowly that its buffer is full. `delivered` is
   * called when the client has read it, by a transport that can tell.
   */
  readonly send: (frame: string | Uint8Array, delivered?: () => void) => boolean
  /**
   * Sends the next piece of a frame that is whole with its last: a fragment, between which only control frames may be sent.
   * `delivered`: as of {@link send}.
   */
  readonly sendPart: (part: string, isLast: boolean, delivered?: () => void) => void
  /** Calls back when the client has read all that was sent so far. Never, if the connection is lost before. */
  readonly probe: (done: () => void) => void
  readonly end: (how: Cut) => void
  /** Makes the connection half-open: frames are lost both ways and nothing is answered. Its loss is still noticed. */
  readonly mute: () => void
  /** Ends that, and answers a close frame that came meanwhile. */
  readonly unmute: () => void
  /** Reads nothing more of what the client sends, so that it waits there. What is sent to the client still arrives. */
  readonly pause: () => void
  /** Ends that: what has waited is read, before this returns where the transport can. */
  readonly resume: () => void
}

/** Events that a transport tells the socket on it. While it is muted, it calls `onGone` only. */
export interface TransportEvents {
  readonly onFrame: (frame: string) => void
  /** A ping of the WebSocket protocol. The transport answers it. */
  readonly onPing: () => void
  /** The client's close frame: the answer to ours, or one that the transport answers. */
  readonly onCloseFrame: (code: number) => void
  /**
   * The connection is lost: the last call. `readToEnd` if the client has read all that was sent before it ended its own
   * stream. Only the first call counts.
   */
  readonly onGone: (readToEnd: boolean) => void
}
