import { Effect } from "effect"
import type { Script, Simulation } from "../Simulation.ts"
import { chaos, clearFaults } from "./chaos.ts"
import { quiesce } from "./quiesce.ts"

/** Milliseconds. */
const shortestChaos = 10_000

/** Chaos and quiet phases in turn, until the time of the scenario is over. */
export const alternatePhases: Script = Effect.fnUntraced(function* (simulation: Simulation) {
  const { checker, ids, prng, rehearsal, scenario } = simulation
  for (const id of prng.subset(ids, 0.7)) yield* rehearsal.join(id)
  const until = scenario.minutes * 60_000
  while (true) {
    yield* chaos(simulation, prng.logUniform(shortestChaos, Math.max(shortestChaos, until / 3)))
    const isLast = checker.time.now() >= until
    if (isLast && scenario.endsInChaos) return
    yield* clearFaults(simulation)
    yield* quiesce(simulation)
    if (isLast) return
  }
})
