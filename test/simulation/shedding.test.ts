import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { simulateScenario } from "../../src/main/simulatedFleet.ts"
import { Cut } from "../../src/rehearsal/Rehearsal.ts"
import type { Script } from "../../src/simulation/Simulation.ts"
import { awaitAllConnected, quietScenario } from "./quietScenario.ts"

/** Cost until all were back. */
interface Cost {
  dials: number
  /** Milliseconds from when Global was up again. */
  millis: number
}

/** Script of a minute of outage, after which the server admits so many dials a second, and refuses all others. */
const sheds = (perSecond: number, cost: Cost): Script =>
  Effect.fnUntraced(function* (simulation) {
    const { ids, rehearsal, checker } = simulation
    for (const id of ids) yield* rehearsal.join(id)
    yield* awaitAllConnected(simulation)
    yield* Effect.sleep(31_000)
    yield* rehearsal.startOutage({ cut: Cut.Reset(), dials: "refuse" })
    yield* Effect.sleep(60_000)
    yield* rehearsal.limitDials(perSecond)
    yield* rehearsal.endOutage
    while (checker.server.global.openSockets === 0) yield* Effect.sleep(100)
    const since = checker.time.now()
    const before = checker.server.dials.total
    yield* awaitAllConnected(simulation)
    cost.millis = checker.time.now() - since
    cost.dials = checker.server.dials.total - before
  })

describe("a server that is back, and sheds load", () => {
  for (const [teams, perSecond] of [
    [10_000, 100],
    [1_000, 20]
  ] as const) {
    it.live(
      `that admits ${perSecond} dials a second of ${teams} teams is told half as many too many, and is filled in the time that it allows, times 1.25`,
      () =>
        Effect.gen(function* () {
          const cost: Cost = { dials: 0, millis: 0 }
          const { violations } = yield* simulateScenario(1, () => quietScenario(teams), {
            script: sheds(perSecond, cost)
          })
          assert.deepStrictEqual(violations, [])
          assert.isAtMost(cost.millis, (teams / perSecond) * 1_000 * 1.25)
          assert.isAtMost(cost.dials, teams * 1.5)
        }),
      300_000
    )
  }
})
