import type { Observer, Checker } from "../checker/Checker.ts"
import { Departures } from "../checker/Departures.ts"

/** No invariant of its own: keeps, for the counts and the healthchecks, who is remembered. */
export const departing = (watch: Checker): Observer => {
  const departures = new Departures(watch.settings.rememberDeparted)
  return {
    onJoin: (team) => departures.back(team),
    onLeft: (team) => departures.mayHaveDeparted(team),
    onEnded: ({ team }) => {
      if (team !== undefined) departures.mayHaveDeparted(watch.model.team(team))
    },
    atEndOfInstant: () => {
      if (!watch.time.isStalled()) departures.settle()
    }
  }
}
