import { Effect } from "effect"
import type { Scene } from "../../src/simulation/phases/chaos.ts"
import type { Scenario } from "../../src/simulation/Scenario.ts"

/** A story with the default settings, in which nothing happens but what its script says. */
export const calmSea = (teams: number): Scenario => ({
  teams,
  minutes: 1,
  settings: {},
  behaviour: { replayJoins: true, singleUseUrls: true, httpUrls: false },
  latency: 0,
  maxFrame: 1 << 20,
  faults: [],
  faultEvery: 1,
  eventEvery: 1,
  ending: "goodbye",
  endsInStorm: false
})

/** Waits until every team has a socket. */
export const allUp = ({ ids, checker: watch }: Scene) =>
  Effect.gen(function* () {
    while (watch.server.connectedTeams < ids.length) yield* Effect.sleep(100)
  })
