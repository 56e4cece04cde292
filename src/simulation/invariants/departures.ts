import type { Checker } from "../checker/Checker.ts"
import { Departures } from "../checker/Departures.ts"
import type { Observer } from "../checker/Observer.ts"

/** Tracks who is remembered, for the invariants of counts and healthchecks. Checks nothing itself. */
export const trackDepartures = (checker: Checker): Observer => {
  const departures = new Departures(checker.settings.rememberDeparted)
  // Those that had departed before this life, in their order.
  for (const team of checker.model.teams.values()) {
    departures.mayHaveDeparted(team)
    departures.endInstant()
  }
  return {
    onJoin: (team) => departures.rejoined(team),
    onLeft: (team) => departures.mayHaveDeparted(team),
    onEnded: ({ team }) => {
      if (team !== undefined) departures.mayHaveDeparted(checker.model.team(team))
    },
    atEndOfInstant: () => {
      if (!checker.time.isStalled()) departures.endInstant()
    }
  }
}
