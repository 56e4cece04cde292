import { failuresOf } from "../../services/TeamState.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import type { CheckedConnection } from "../checker/CheckedConnection.ts"
import type { Checker } from "../checker/Checker.ts"
import type { Observer } from "../checker/Observer.ts"

const second = 1_000

/** Invariant 6: dials keep within the budget, and a failing team waits for those that have not failed. */
export const budget = (checker: Checker): Observer => {
  const { guarantees, time } = checker
  const inFlight = new Set<CheckedConnection>()
  /** Times of the latest dials: as many as a second may have. */
  const latest: Array<number> = []
  /** Time since when a team that has not failed has had an offer, and waits for its dial. */
  const ready = new Map<TeamId, number>()

  const stateOf = (id: TeamId) => checker.fleet?.registry.find(id)?.state

  const keepPace = (dial: CheckedConnection) => {
    const oldest = latest.length < guarantees.dialsPerSecond ? undefined : latest.shift()
    latest.push(dial.dialledAt)
    if (oldest !== undefined && dial.dialledAt - oldest < second) {
      checker.violated("budget", `${guarantees.dialsPerSecond + 1} dials in ${dial.dialledAt - oldest} ms`)
    }
  }

  const keepOrder = (dial: CheckedConnection) => {
    const state = stateOf(dial.team!)
    if (state === undefined || failuresOf(state) === 0) return
    for (const [id, since] of ready) {
      const waiting = stateOf(id)
      if (waiting?._tag !== "Dialing" || waiting.failures > 0) ready.delete(id)
      else if (since < time.now()) {
        checker.violated(
          "budget",
          `${dial.name} has failed, and is dialled before team ${JSON.stringify(id)}, which has not`
        )
      }
    }
  }

  return {
    onGlobalFrame: (_, event) => {
      if (event?.type !== "team.connect") return
      // Any other offer is kept, or ignored.
      if (stateOf(event.team_id)?._tag === "Asking") ready.set(event.team_id, time.now())
    },
    onDial: (dial) => {
      if (dial.team === undefined) return
      ready.delete(dial.team)
      inFlight.add(dial)
      if (inFlight.size > guarantees.dialsInFlight) checker.violated("budget", `${inFlight.size} dials are in flight`)
      keepPace(dial)
      keepOrder(dial)
    },
    onOpened: (dial) => void inFlight.delete(dial),
    onEnded: (dial) => void inFlight.delete(dial)
  }
}
