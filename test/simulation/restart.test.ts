import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { simulateScenario } from "../../src/main/simulatedFleet.ts"
import { Answer } from "../../src/rehearsal/Rehearsal.ts"
import type { Script, Simulation } from "../../src/simulation/Simulation.ts"
import { awaitAllConnected, quietScenario } from "./quietScenario.ts"

const teams = 500

/** A fleet with a journal, in which nothing happens but what the script does. */
const scenario = () => ({ ...quietScenario(teams), journal: { faults: [], faultEvery: 1 } })

/** Brings all teams up, and kills the process. */
const crashed = Effect.fnUntraced(function* (simulation: Simulation) {
  const { ids, process, rehearsal } = simulation
  yield* rehearsal.configure({ replayJoins: false })
  for (const id of ids) yield* rehearsal.join(id)
  yield* awaitAllConnected(simulation)
  yield* Effect.sleep(31_000)
  yield* process.crash
  yield* Effect.sleep(1_000)
  assert.strictEqual(simulation.checker.server.connectedTeams, 0)
})

/** Milliseconds until so many teams are connected. */
const untilConnected = Effect.fnUntraced(function* ({ checker }: Simulation, count: number) {
  const began = checker.time.now()
  while (checker.server.connectedTeams < count) yield* Effect.sleep(50)
  return checker.time.now() - began
})

const holds = (script: Script) =>
  Effect.map(simulateScenario(1, scenario, { script }), ({ violations }) => assert.deepStrictEqual(violations, []))

describe("a fleet that is started again on what a crash has left", () => {
  it.live("brings all teams up within seconds, though the platform names none", () =>
    holds(
      Effect.fnUntraced(function* (simulation) {
        yield* crashed(simulation)
        yield* Effect.orDie(simulation.process.start)
        assert.isAtMost(yield* untilConnected(simulation, teams), 3_000)
      })
    )
  )

  it.live("brings the tenth that is left up within seconds, where the platform has forgotten the others", () =>
    holds(
      Effect.fnUntraced(function* (simulation) {
        const { ids, process, rehearsal } = simulation
        yield* crashed(simulation)
        for (const [nth, id] of ids.entries()) if (nth % 10 > 0) yield* rehearsal.leave(id, "nowhere")
        yield* Effect.orDie(process.start)
        assert.isAtMost(yield* untilConnected(simulation, teams / 10), 3_000)
      })
    )
  )

  it.live(
    "loses no team to a platform that answers all with errors for ten minutes, and has all back within seconds",
    () =>
      holds(
        Effect.fnUntraced(function* (simulation) {
          const { checker, process, rehearsal } = simulation
          yield* crashed(simulation)
          yield* rehearsal.answerAsks(Answer.Error({ message: "not now" }))
          yield* Effect.orDie(process.start)
          yield* Effect.sleep("10 minutes")
          assert.strictEqual(checker.server.connectedTeams, 0)
          yield* rehearsal.answerAsks(Answer.Once())
          const slowest = 60_000
          assert.isAtMost(yield* untilConnected(simulation, 1), slowest)
          assert.isAtMost(yield* untilConnected(simulation, teams), 10_000)
        })
      )
  )
})
