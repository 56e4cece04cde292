import type { CheckedConnection } from "../checker/CheckedConnection.ts"
import type { Checker } from "../checker/Checker.ts"
import type { Observer } from "../checker/Observer.ts"

const second = 1_000

/** Invariant 6: dials keep within what the settings allow. */
export const budget = (checker: Checker): Observer => {
  const { guarantees } = checker
  const inFlight = new Set<CheckedConnection>()
  /** Times of the latest dials: as many as a second may have. */
  const latest: Array<number> = []

  const keepPace = (dial: CheckedConnection) => {
    const oldest = latest.length < guarantees.dialsPerSecond ? undefined : latest.shift()
    latest.push(dial.dialledAt)
    if (oldest !== undefined && dial.dialledAt - oldest < second) {
      checker.violated("budget", `${guarantees.dialsPerSecond + 1} dials in ${dial.dialledAt - oldest} ms`)
    }
  }

  return {
    onDial: (dial) => {
      if (dial.team === undefined) return
      inFlight.add(dial)
      if (inFlight.size > guarantees.dialsInFlight) checker.violated("budget", `${inFlight.size} dials are in flight`)
      keepPace(dial)
    },
    onOpened: (dial) => void inFlight.delete(dial),
    // Its place may be taken at once; the socket is gone a moment later.
    onGiveUp: (dial) => void inFlight.delete(dial),
    onEnded: (dial) => void inFlight.delete(dial)
  }
}
