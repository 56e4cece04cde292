import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { fleetWith, simulateSeed } from "../../src/main/simulatedFleet.ts"
import type { MakeFleet } from "../../src/simulation/simulate.ts"
import { plantedBugs } from "./planted/all.ts"

const size = { teams: 15, minutes: 8 }

describe("the checker is checked: a bug is found", () => {
  for (const { bug, detail, invariant, journal = Layer.empty, standIn, teams = size.teams, within } of plantedBugs) {
    it.live(
      `${bug}: by "${invariant}", within ${within} seeds`,
      () =>
        Effect.gen(function* () {
          const inner = fleetWith(standIn)
          const fleet: MakeFleet = (settings, scenario) => Layer.provide(inner(settings, scenario), journal)
          for (let seed = 1; seed <= within; seed++) {
            const { violations } = yield* simulateSeed(seed, { ...size, teams, fleet })
            const [first] = violations
            if (first?.invariant === invariant && (detail === undefined || detail.test(first.detail))) return
          }
          assert.fail(`not found in ${within} seeds`)
        }),
      60_000
    )
  }
})
