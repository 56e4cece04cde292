import { write } from "node:fs"
import { Effect } from "effect"
import { refusalOf, type Sink } from "./Sink.ts"

/** Writes to a file or a device, at its own place in it, on one thread of the pool: a disk may be slow, or full. */
export const sinkFile = (descriptor: number): Sink => ({
  write: (bytes) =>
    Effect.callback((resume) => {
      write(descriptor, bytes, 0, bytes.length, null, (error, written) => {
        resume(error === null ? Effect.succeed(written) : Effect.fail(refusalOf(error)))
      })
    })
})
