import type { Cut } from "../Rehearsal.ts"

/** The server's end of a connection: what a face gives the core. */
export interface Link {
  /**
   * Hands a frame over, bytes as a binary one. False if it cannot be taken: the client reads too slowly. `delivered`
   * is called when the client has read it, by a face that knows.
   */
  readonly send: (frame: string | Uint8Array, delivered?: () => void) => boolean
  /** Calls back when the client has read all that was sent so far. Never, if the connection is lost before. */
  readonly probe: (done: () => void) => void
  readonly end: (how: Cut) => void
  /** From now on frames are lost both ways, and nothing is answered; the loss of the connection is still noticed. */
  readonly mute: () => void
  /** Ends that, and answers a close frame that came meanwhile. */
  readonly unmute: () => void
}

/** What the core hears of a connection. A muted link calls `onGone` only. */
export interface LinkEvents {
  readonly onFrame: (frame: string) => void
  /** A ping of the WebSocket protocol; the face answers it. */
  readonly onPing: () => void
  /** The client's close frame: an answer to ours, or one that the face answers. */
  readonly onCloseFrame: (code: number) => void
  /** Last: there is nothing left of the connection. `inOrder` if the client has read to the end before it ended its own stream. Only the first call counts. */
  readonly onGone: (inOrder: boolean) => void
}

/** A request for a connection, as a face hands it to the core, which calls `accept` or `refuse` once, or never. */
export interface Handshake {
  readonly path: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Completes it. `attach` is called at once, unless the client has gone. */
  readonly accept: (attach: (link: Link) => LinkEvents) => void
  readonly refuse: (status: number) => void
}

/** What a face tells of a handshake that it has handed over. */
export interface Arrival {
  /** The client gave up. Of no effect on one that was answered. */
  readonly abandon: () => void
}
