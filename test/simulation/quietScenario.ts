import { Effect } from "effect"
import type { Scenario } from "../../src/simulation/Scenario.ts"
import type { Simulation } from "../../src/simulation/Simulation.ts"

/** Scenario with the default settings, without faults: nothing happens but what its script does. */
export const quietScenario = (teams: number): Scenario => ({
  teams,
  minutes: 1,
  settings: {},
  behaviour: { replayJoins: true, singleUseUrls: true, httpUrls: false },
  hosts: 1,
  machine: { resolves: false, limitIsKnown: false },
  latency: 0,
  maxFrame: 1 << 20,
  faults: [],
  faultEvery: 1,
  eventEvery: 1,
  ending: "goodbye",
  endsInChaos: false
})

/** Waits until every team has a socket. */
export const awaitAllConnected = ({ ids, checker }: Simulation) =>
  Effect.gen(function* () {
    while (checker.server.connectedTeams < ids.length) yield* Effect.sleep(100)
  })
