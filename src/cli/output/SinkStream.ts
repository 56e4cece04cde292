import type { Writable } from "node:stream"
import { Effect } from "effect"
import { refusalOf, type Sink } from "./Sink.ts"

/**
 * Writes to a stream of Node's, which for a pipe or a socket waits in the event loop, except on Windows. It is told when a
 * write is done, so that one is under way at most and nothing piles up inside of it.
 */
export const sinkStream = (stream: Writable): Sink => ({
  write: (bytes) =>
    Effect.callback((resume) => {
      stream.write(bytes, (error) => {
        resume(error == null ? Effect.succeed(bytes.length) : Effect.fail(refusalOf(error)))
      })
    })
})
