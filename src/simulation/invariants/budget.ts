import type { Transition } from "../../services/TeamRegistry.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import type { CheckedConnection } from "../checker/CheckedConnection.ts"
import type { Checker } from "../checker/Checker.ts"
import type { Observer } from "../checker/Observer.ts"

const second = 1_000
/** Milliseconds for which starts are remembered: longer than an offer takes to be renewed. */
const memory = 60_000

/** True if a team's turn to dial has come, and its offer is renewed first. */
const isRenewal = ({ from, to }: Transition): boolean =>
  to._tag === "Asking" &&
  (from._tag === "Dialing" || (from._tag === "Waiting" && from.reason?.startsWith("dials to ") === true))

/**
 * Invariant 6: dials keep within what the settings allow. The pace is that of the starts: one whose offer has to be renewed
 * dials when the answer is there.
 */
export const budget = (checker: Checker): Observer => {
  const { guarantees, time } = checker
  const inFlight = new Set<CheckedConnection>()
  /** Times of the latest starts, in order. */
  let starts: Array<number> = []
  /** Teams whose offer is being renewed, with the time of their start. */
  const renewing = new Map<TeamId, number>()

  /** Adds a start, mostly the latest of all. Gives its place. */
  const add = (at: number): number => {
    let place = starts.length
    while (place > 0 && starts[place - 1]! > at) place--
    starts.splice(place, 0, at)
    return place
  }

  const keepPace = ({ dialledAt, team }: CheckedConnection) => {
    const most = guarantees.dialsPerSecond
    if (starts.length > 4 * most && starts[2 * most]! < time.now() - memory) starts = starts.slice(2 * most)
    const place = add((team === undefined ? undefined : renewing.get(team)) ?? dialledAt)
    if (team !== undefined) renewing.delete(team)
    // Of all the seconds that it may be in, the one that ends with it is the only one if it is the latest.
    for (let last = place; last < Math.min(starts.length, place + most + 1); last++) {
      const first = starts[last - most]
      if (first === undefined || starts[last]! - first >= second) continue
      return checker.violated("budget", `${most + 1} dials in ${starts[last]! - first} ms`)
    }
  }

  return {
    onTransition: (transition) => {
      if (isRenewal(transition)) renewing.set(transition.id, time.now())
      else if (transition.to._tag !== "Dialing" && transition.to._tag !== "Waiting") renewing.delete(transition.id)
    },
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
