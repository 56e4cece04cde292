import { writeSync } from "node:fs"
import { Effect } from "effect"
import { codeOf, Refusal, refusalOf, type Sink } from "./Sink.ts"

/** Writes to a terminal that was opened not to block: while Ctrl-S holds it, it is busy. EIO is one that was hung up. */
export const sinkTerminal = (descriptor: number): Sink => ({
  write: (bytes) =>
    Effect.try({
      try: () => writeSync(descriptor, bytes),
      catch: (error) => (codeOf(error) === "EIO" ? new Refusal({ kind: "gone" }) : refusalOf(error))
    })
})
