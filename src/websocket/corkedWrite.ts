import type { Socket as NetSocket } from "node:net"

/** A stream that is written to without waiting, and whether it has been in this turn of the event loop. */
export interface CorkedWriter {
  readonly stream: NetSocket
  wroteThisTurn: boolean
}

/** Those that have written in this turn. */
const writers: Array<CorkedWriter> = []

const endOfTurn = (): void => {
  for (const writer of writers.splice(0)) {
    writer.wroteThisTurn = false
    if (writer.stream.writableCorked > 0) writer.stream.uncork()
  }
}

/**
 * Writes the first frame of a turn at once, and what follows it on the same stream together at the turn's end: the asks
 * of a batch are two writes, not 25. The end is a microtask, because nothing may run between the turn and its writes.
 */
export const corkedWrite = (writer: CorkedWriter, frame: Buffer): void => {
  if (!writer.wroteThisTurn) {
    writer.wroteThisTurn = true
    if (writers.push(writer) === 1) queueMicrotask(endOfTurn)
  } else if (writer.stream.writableCorked === 0) {
    writer.stream.cork()
  }
  writer.stream.write(frame)
}
