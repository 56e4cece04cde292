import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { simulateScenario } from "../../../src/main/simulatedFleet.ts"
import { clearFaults } from "../../../src/simulation/phases/chaos.ts"
import { quiesce } from "../../../src/simulation/phases/quiesce.ts"
import type { Script } from "../../../src/simulation/Simulation.ts"
import { awaitAllConnected, quietScenario } from "../quietScenario.ts"

it.live("a peer that was heard last in the instant in which faults are cleared may be half-open", () =>
  Effect.gen(function* () {
    const script: Script = Effect.fnUntraced(function* (simulation) {
      const { ids, rehearsal } = simulation
      for (const id of ids) yield* rehearsal.join(id)
      yield* awaitAllConnected(simulation)
      for (const id of ids) yield* Effect.andThen(rehearsal.say(id, "and gone"), rehearsal.mute(id))
      yield* clearFaults(simulation)
      yield* quiesce(simulation)
    })
    const { violations } = yield* simulateScenario(1, () => quietScenario(3), { script })
    assert.deepStrictEqual(violations, [])
  })
)
