import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { simulateStory } from "../../src/programs/commands/simulate/world.ts"
import type { Script } from "../../src/programs/simulation/simulate.ts"
import type { Story } from "../../src/programs/simulation/Story.ts"
import { Cut } from "../../src/services/Rehearsal.ts"

const calmSea = (teams: number): Story => ({
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

/** What an outage did. */
interface Damage {
  dialsWhileDown: number
  /** Milliseconds from when Global was up again until all teams were. */
  backAfter: number
}

const outage = (millis: number, dials: "refuse" | "hang", damage: Damage): Script =>
  Effect.fnUntraced(function* ({ ids, rehearsal, watch }) {
    const allUp = Effect.gen(function* () {
      while (watch.server.connectedTeams < ids.length) yield* Effect.sleep(100)
    })
    for (const id of ids) yield* rehearsal.join(id)
    yield* allUp
    yield* Effect.sleep(31_000)
    const before = watch.server.dials.total
    yield* rehearsal.startOutage({ cut: Cut.Reset(), dials })
    yield* Effect.sleep(millis)
    damage.dialsWhileDown = watch.server.dials.total - before
    yield* rehearsal.endOutage
    while (watch.server.global.openSockets === 0) yield* Effect.sleep(100)
    const cleared = watch.time.now()
    yield* allUp
    damage.backAfter = watch.time.now() - cleared
  })

/** What the default budget of 500 dials a second takes for so many teams. */
const floor = (teams: number) => (teams / 500) * 1_000

/** Handshakes that were under way when the server came back still hang: the connect timeout. */
const underWay = 10_000

describe("an outage of the whole platform", () => {
  for (const [name, teams, millis, dials, slack] of [
    ["3,000 teams, ten seconds", 3_000, 10_000, "refuse", 0],
    ["10,000 teams, ten minutes without an answer", 10_000, 600_000, "hang", underWay]
  ] as const) {
    it.live(
      `${name}: no dial above the budget, and all are back within what it allows, times 1.5`,
      () =>
        Effect.gen(function* () {
          const damage: Damage = { dialsWhileDown: 0, backAfter: 0 }
          const script = outage(millis, dials, damage)
          const { violations } = yield* simulateStory(1, () => calmSea(teams), { script })
          assert.deepStrictEqual(violations, [])
          assert.isAtMost(damage.backAfter, floor(teams) * 1.5 + slack)
          assert.isAbove(damage.dialsWhileDown, 0)
        }),
      120_000
    )
  }
})
