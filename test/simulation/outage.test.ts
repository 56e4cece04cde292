import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { simulateScenario } from "../../src/main/simulatedFleet.ts"
import { Cut } from "../../src/rehearsal/Rehearsal.ts"
import type { Script } from "../../src/simulation/Simulation.ts"
import { awaitAllConnected, quietScenario } from "./quietScenario.ts"

/** Damage that an outage did. */
interface Damage {
  dialsWhileDown: number
  /** Milliseconds from when Global was up again until all teams were. */
  backAfter: number
}

const outage = (millis: number, dials: "refuse" | "hang", damage: Damage): Script =>
  Effect.fnUntraced(function* (simulation) {
    const { ids, rehearsal, checker } = simulation
    for (const id of ids) yield* rehearsal.join(id)
    yield* awaitAllConnected(simulation)
    yield* Effect.sleep(31_000)
    const before = checker.server.dials.total
    yield* rehearsal.startOutage({ cut: Cut.Reset(), dials })
    yield* Effect.sleep(millis)
    damage.dialsWhileDown = checker.server.dials.total - before
    yield* rehearsal.endOutage
    while (checker.server.global.openSockets === 0) yield* Effect.sleep(100)
    const cleared = checker.time.now()
    yield* awaitAllConnected(simulation)
    damage.backAfter = checker.time.now() - cleared
  })

/** Milliseconds that the default budget of 500 dials a second takes for so many teams. */
const floor = (teams: number) => (teams / 500) * 1_000

/** Number of dials of the whole fleet while there is nobody to take them: Global's back-off, one canary a second, and what was under way. */
const fewDials = 1_000

describe("an outage of the whole platform", () => {
  for (const [name, teams, millis, dials] of [
    ["3,000 teams, ten seconds", 3_000, 10_000, "refuse"],
    ["10,000 teams, ten minutes of refusals", 10_000, 600_000, "refuse"],
    ["10,000 teams, ten minutes without an answer", 10_000, 600_000, "hang"]
  ] as const) {
    it.live(
      `${name}: few dials while it lasts, none above the budget, and all are back within what it allows, times 1.5`,
      () =>
        Effect.gen(function* () {
          const damage: Damage = { dialsWhileDown: 0, backAfter: 0 }
          const script = outage(millis, dials, damage)
          const { violations } = yield* simulateScenario(1, () => quietScenario(teams), { script })
          assert.deepStrictEqual(violations, [])
          assert.isAtMost(damage.backAfter, floor(teams) * 1.5)
          assert.isAbove(damage.dialsWhileDown, 0)
          assert.isBelow(damage.dialsWhileDown, fewDials)
        }),
      120_000
    )
  }
})
