import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { simulateScenario } from "../../src/main/simulatedFleet.ts"
import { NameAnswer } from "../../src/rehearsal/memory/ClientMachine.ts"
import { Answer, Cut } from "../../src/rehearsal/Rehearsal.ts"
import type { Scenario } from "../../src/simulation/Scenario.ts"
import type { Simulation } from "../../src/simulation/Simulation.ts"
import type { TeamId } from "../../src/wire/TeamId.ts"
import { awaitAllConnected, quietScenario } from "./quietScenario.ts"

const teams = 100
/** One in so many is healthy. Where there are many hosts, the healthy ones have one of them for themselves. */
const hosts = 10

/** Weather in which nine in ten teams fail, and the others need not. */
interface Weather {
  readonly name: string
  readonly fail: (simulation: Simulation, failing: ReadonlyArray<TeamId>) => Effect.Effect<void>
  readonly scenario?: Partial<Scenario>
}

const answerAsks =
  (answer: Answer): Weather["fail"] =>
  ({ rehearsal }, failing) =>
    Effect.forEach(failing, (team) => rehearsal.answerAsks(answer, { team }), { discard: true })

const onHosts =
  (fail: (simulation: Simulation, host: string) => Effect.Effect<void>): Weather["fail"] =>
  (simulation, failing) =>
    Effect.forEach(
      new Set(failing.map((id) => simulation.checker.server.team(id).host)),
      (host) => fail(simulation, host),
      { discard: true }
    )

const deadNames = onHosts(({ machine }, host) => machine.answerNames(NameAnswer.Never(), { host }))

const weathers: ReadonlyArray<Weather> = [
  { name: "dials to its host are refused", fail: ({ rehearsal }, of) => rehearsal.refuseDials({ of: { teams: of } }) },
  { name: "dials to its host hang", fail: ({ rehearsal }, of) => rehearsal.hangDials({ of: { teams: of } }) },
  {
    name: "dials to its host are accepted and closed at once",
    fail: ({ rehearsal }, of) => rehearsal.closeDials({ of: { teams: of }, code: 1013 })
  },
  {
    name: "dials to its host are accepted and closed after two seconds",
    fail: ({ rehearsal }, of) => rehearsal.closeDials({ of: { teams: of }, code: 4008, after: "2 seconds" })
  },
  { name: "asks end in an error", fail: answerAsks(Answer.Error({ message: "too busy" })) },
  { name: "asks are never answered", fail: answerAsks(Answer.Never()) },
  {
    name: "hosts hang",
    fail: onHosts(({ rehearsal }, host) => rehearsal.hangDials({ of: { host } })),
    scenario: { hosts }
  },
  { name: "names of hosts hang in the dial", fail: deadNames, scenario: { hosts } },
  {
    name: "names of hosts hang ahead of the dial",
    fail: deadNames,
    scenario: { hosts, machine: { resolves: true, limitIsKnown: false } }
  }
]

/** Time in which each of those that fail has been tried, by one canary a second. */
const untilAllHaveFailed = 120_000

/** Milliseconds for which healthy teams are up, and are then cut. */
const lives = [4_000, 4_000, 31_000, 5_000]

/** Time after which the invariant has found a team that is not up. */
const patience = 60_000

const simulate = (scenario: Partial<Scenario>, script: (simulation: Simulation) => Effect.Effect<void>) =>
  Effect.map(
    simulateScenario(1, () => ({ ...quietScenario(teams), ...scenario }), { script }),
    ({ violations }) => assert.deepStrictEqual(violations.slice(0, 1), [])
  )

describe("healthy teams never wait for failing ones", () => {
  for (const { fail, name, scenario = {} } of weathers) {
    it.live(
      `where nine in ten ${name}: those that join later, and are cut again and again, are up within the bound`,
      () =>
        simulate(
          scenario,
          Effect.fnUntraced(function* (simulation) {
            const { ids, rehearsal } = simulation
            const isHealthy = (_: TeamId, nth: number) => nth % hosts === 0
            const healthy = ids.filter(isHealthy)
            for (const id of ids) yield* rehearsal.join(id)
            for (const id of healthy) yield* rehearsal.leave(id)
            yield* fail(
              simulation,
              ids.filter((id, nth) => !isHealthy(id, nth))
            )
            yield* rehearsal.cutAll(Cut.Reset())
            yield* Effect.sleep(untilAllHaveFailed)
            for (const id of healthy) yield* rehearsal.join(id)
            for (const life of lives) {
              yield* Effect.sleep(life)
              for (const id of healthy) yield* rehearsal.cut(id, Cut.Reset())
            }
            yield* Effect.sleep(patience)
          })
        )
    )
  }

  it.live("where descriptors have run out: all are up within the bound when there are enough again", () =>
    simulate(
      {},
      Effect.fnUntraced(function* (simulation) {
        const { ids, machine, rehearsal } = simulation
        for (const id of ids) yield* rehearsal.join(id)
        yield* awaitAllConnected(simulation)
        yield* machine.limitSockets(teams / 2)
        for (const id of ids) yield* rehearsal.cut(id, Cut.Reset())
        yield* Effect.sleep(untilAllHaveFailed)
        yield* machine.limitSockets(Infinity)
        yield* Effect.sleep(patience)
      })
    )
  )
})
