import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

/** Share of its time that a bot spends on collecting garbage for our sake, at most: a tenth. */
const rest = 9

/** Bytes in the heap of this thread and beside it, garbage included. */
const used = (): number => {
  const { external, heapUsed } = process.memoryUsage()
  return heapUsed + external
}

/** Node keeps the collector from programs, unless it was asked for. */
const collector = (): (() => void) => {
  setFlagsFromString("--expose-gc")
  const gc: (options?: { readonly type: "minor" }) => void = runInNewContext("gc")
  return () => {
    gc()
    // The buffers of the first collection are freed beside it; a second one waits for that.
    gc({ type: "minor" })
  }
}

/**
 * Measures the memory of a bot. V8 lets garbage lie as long as its own limit is far, so where there is more than the bot may
 * use, garbage is collected before it is told. `now`: milliseconds of a clock that nobody sets.
 */
export const memoryMeter = (limit: number, now: () => number): (() => number) => {
  let collect: (() => void) | undefined
  let notBefore = -Infinity
  let withoutGarbage = 0
  return () => {
    const before = used()
    if (before <= limit) return before
    const began = now()
    if (began < notBefore) return Math.min(before, withoutGarbage)
    collect ??= collector()
    collect()
    withoutGarbage = used()
    const ended = now()
    notBefore = ended + rest * (ended - began)
    return withoutGarbage
  }
}
