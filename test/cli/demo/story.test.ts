import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Random } from "effect"
import { TestClock } from "effect/testing"
import { Narrator } from "../../../src/cli/demo/Narrator.ts"
import { fewestTeams, makePlan } from "../../../src/cli/demo/plan.ts"
import { tellStory } from "../../../src/cli/demo/story.ts"
import { demandAgreement } from "../../../src/cli/demo/tally.ts"
import * as InboxDiscard from "../../../src/layers/InboxDiscard.ts"
import * as Wiring from "../../../src/main/FleetState.ts"
import * as FleetProgram from "../../../src/programs/fleet.ts"
import { layerMemory } from "../../../src/rehearsal/memory/RehearsalMemory.ts"
import { Rehearsal } from "../../../src/rehearsal/Rehearsal.ts"
import { Fleet } from "../../../src/services/Fleet.ts"
import { Settings } from "../../../src/services/Settings.ts"

/** A fleet on a server in this process: no network, and no time but the test's. */
const stage = Layer.unwrap(
  Effect.map(Rehearsal, ({ globalUrl }) =>
    FleetProgram.layer.pipe(
      Layer.provideMerge(InboxDiscard.layer),
      Layer.provideMerge(Wiring.layer),
      Layer.provideMerge(
        Settings.layer({
          url: globalUrl,
          pingInterval: "600 millis",
          pongTimeout: "400 millis",
          backoffBase: "200 millis"
        })
      )
    )
  )
).pipe(Layer.provideMerge(layerMemory()))

const told = Effect.fnUntraced(function* (teams: number, seed: string) {
  const lines: Array<string> = []
  const narrator = {
    tell: (sentence: string) => Effect.sync(() => void lines.push(sentence)),
    outcome: (well: boolean, sentence: string) => Effect.sync(() => void lines.push(`${well ? "✓" : "✗"} ${sentence}`))
  }
  const goodbye = Fleet.use((fleet) => fleet.goodbye)
  const story = Effect.flatMap(Effect.context<Fleet>(), (context) =>
    tellStory({ teams, duration: 20_000 }, { goodbye: Effect.provideContext(goodbye, context) })
  )
  const fiber = yield* story.pipe(
    Effect.provide(stage),
    Effect.provideService(Narrator, narrator),
    Random.withSeed(seed),
    Effect.forkChild
  )
  yield* TestClock.adjust("30 seconds")
  return { lines, rows: yield* Fiber.join(fiber) }
})

describe("the story", () => {
  for (const teams of [fewestTeams, 12, 60]) {
    it.effect(`of ${teams} teams: every trouble is healed, and the tallies agree`, () =>
      Effect.gen(function* () {
        const { lines, rows } = yield* told(teams, "botswain")
        assert.deepStrictEqual(
          lines.filter((line) => line.startsWith("✗")),
          []
        )
        assert.strictEqual(rows.length, teams)
        assert.strictEqual(rows.filter(({ connected }) => !connected.server).length, 1, "one has left for good")
        yield* demandAgreement(rows)
      })
    )
  }

  it.effect("is the same for the same seed, to the word", () =>
    Effect.gen(function* () {
      const [one, again] = [yield* told(12, "a"), yield* told(12, "a")]
      assert.deepStrictEqual(one, again)
      assert.notDeepEqual(one.lines, (yield* told(12, "b")).lines)
    })
  )

  it.effect("fits into 80 columns, the seconds before each line included", () =>
    Effect.gen(function* () {
      const { lines } = yield* told(12, "botswain")
      const room = 80 - "  0.0 s    ".length
      assert.deepStrictEqual(
        lines.filter((line) => line.length > room),
        []
      )
    })
  )

  it.effect("gives every part to a team of its own", () =>
    Effect.gen(function* () {
      for (const count of [fewestTeams, 6, 12, 100]) {
        const plan = yield* makePlan(count)
        const parts = [plan.mute, plan.returner, plan.leaver, plan.refused, ...plan.cut]
        assert.strictEqual(new Set(parts).size, parts.length)
        assert.includeMembers([...plan.teams], parts)
        assert.isAtLeast(plan.cut.length, 1)
      }
    })
  )
})
