import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { simulateScenario } from "../../src/main/simulatedFleet.ts"
import type { Simulation } from "../../src/simulation/Simulation.ts"
import { awaitAllConnected, quietScenario } from "./quietScenario.ts"

const teams = 5

/** Runs a script on a fleet that is up. What it does must violate nothing. */
const onFleet = (script: (simulation: Simulation) => Effect.Effect<void>) =>
  Effect.gen(function* () {
    const { violations } = yield* simulateScenario(1, () => quietScenario(teams), {
      script: Effect.fnUntraced(function* (simulation) {
        for (const id of simulation.ids) yield* simulation.rehearsal.join(id)
        yield* awaitAllConnected(simulation)
        yield* script(simulation)
      })
    })
    assert.deepStrictEqual(violations, [])
  })

/** The team that is tried. */
const first = ({ checker, ids }: Simulation) => checker.server.team(ids[0]!)

describe("a peer that is slow, or does not listen", () => {
  it.live("whose message takes most of a minute is heard in full, and is not dead though it answers no ping", () =>
    onFleet(
      Effect.fnUntraced(function* (simulation) {
        const { ids, rehearsal } = simulation
        yield* rehearsal.sayInParts(ids[0]!, "props", { parts: 60, every: 950 })
        yield* Effect.sleep(50_000)
        assert.strictEqual(first(simulation).delivered.messages, 0)
        yield* Effect.sleep(10_000)
        assert.deepInclude(first(simulation), { delivered: { messages: 1, props: 1 }, opens: 1 })
      })
    )
  )

  it.live("whose message is never whole is closed with 1008 after a minute, and dialled again", () =>
    onFleet(
      Effect.fnUntraced(function* (simulation) {
        const { ids, rehearsal } = simulation
        yield* rehearsal.sayInParts(ids[0]!, "props", { parts: Infinity, every: 1_000 })
        yield* Effect.sleep(59_000)
        assert.strictEqual(first(simulation).openSockets, 1)
        yield* Effect.sleep(10_000)
        assert.deepInclude(first(simulation), { closeCodes: [1008], opens: 2, openSockets: 1 })
      })
    )
  )

  it.live("keeps no left and no message waiting while it does not take an answer, and is dropped for that", () =>
    onFleet(
      Effect.fnUntraced(function* (simulation) {
        const { checker, ids, rehearsal } = simulation
        yield* rehearsal.stopReading("global")
        yield* rehearsal.askHealth
        yield* rehearsal.leave(ids[0]!)
        yield* Effect.sleep(100)
        assert.strictEqual(first(simulation).openSockets, 0)
        yield* Effect.sleep(9_000)
        assert.strictEqual(checker.server.global.opens, 1)
        yield* Effect.sleep(3_000)
        assert.strictEqual(checker.server.global.opens, 2)
      })
    )
  )

  it.live("is not blamed for a stall of our own, in which it has taken the answer", () =>
    onFleet(
      Effect.fnUntraced(function* (simulation) {
        const { checker, rehearsal } = simulation
        yield* rehearsal.stopReading("global")
        yield* rehearsal.askHealth
        yield* Effect.sleep(1_000)
        checker.time.stall(20_000, "timers")
        yield* Effect.sleep(1_000)
        yield* rehearsal.readAgain("global")
        yield* Effect.sleep(30_000)
        assert.deepInclude(checker.server.global, { opens: 1, healthcheckCount: 1 })
      })
    )
  )

  it.live("has each of a thousand healthchecks answered", () =>
    onFleet(
      Effect.fnUntraced(function* ({ checker, rehearsal }) {
        for (let asks = 0; asks < 1_000; asks++) yield* rehearsal.askHealth
        yield* Effect.sleep(1)
        assert.strictEqual(checker.server.global.healthcheckCount, 1_000)
      })
    )
  )
})
