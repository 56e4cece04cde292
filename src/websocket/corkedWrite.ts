import type { Socket as NetSocket } from "node:net"

/** Who writes without waiting. */
export interface CorkedWriter {
  readonly stream: NetSocket
  /** In this turn of the event loop. */
  hasPosted: boolean
}

const posters: Array<CorkedWriter> = []

const endTurn = (): void => {
  for (const poster of posters.splice(0)) {
    poster.hasPosted = false
    if (poster.stream.writableCorked > 0) poster.stream.uncork()
  }
}

/**
 * Writes the first frame of a turn at once, and what follows it on the same socket together: the asks of a batch are two
 * writes, not 25. By a microtask, because nothing may run between the turn and its writes.
 */
export const corkedWrite = (poster: CorkedWriter, frame: Buffer): void => {
  if (!poster.hasPosted) {
    poster.hasPosted = true
    if (posters.push(poster) === 1) queueMicrotask(endTurn)
  } else if (poster.stream.writableCorked === 0) {
    poster.stream.cork()
  }
  poster.stream.write(frame)
}
