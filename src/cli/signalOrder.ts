/**
 * Time for which signals are one: what a terminal sends to all of its processes, npm passes on once more to the one that it
 * has started, and so does a supervisor that signals a whole group. Nobody asks twice that fast. In milliseconds.
 */
const oneSignalFor = 300

/** Order of a signal: the first, which asks for an end in peace, an echo of it, or one more, which asks for an end at once. */
export type SignalOrder = "first" | "echo" | "again"

/** Makes a function that tells the order of each signal. `now`: milliseconds of a monotonic clock. */
export const makeSignalOrder = () => {
  let first: number | undefined
  return (now: number): SignalOrder => {
    if (first === undefined) {
      first = now
      return "first"
    }
    return now - first < oneSignalFor ? "echo" : "again"
  }
}
