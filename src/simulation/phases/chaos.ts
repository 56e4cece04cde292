import { Effect, FiberSet, type Scope } from "effect"
import { NameAnswer } from "../../rehearsal/memory/ClientMachine.ts"
import { Answer } from "../../rehearsal/Rehearsal.ts"
import { catalogue } from "../faults/catalogue.ts"
import type { FaultContext } from "../faults/FaultContext.ts"
import type { FaultName } from "../faults/names.ts"
import type { Prng } from "../Prng.ts"
import type { Simulation } from "../Simulation.ts"
import { actAsTeams } from "./teamActivity.ts"

const makeFaultContext = Effect.fnUntraced(function* (
  simulation: Simulation
): Effect.fn.Return<FaultContext, never, Scope.Scope> {
  const { checker, ids, prng } = simulation
  const run = yield* FiberSet.makeRuntime()
  return {
    ...simulation,
    schedule: (millis, action) => Effect.sync(() => void run(Effect.delay(Effect.asVoid(action), millis))),
    presentTeam: () => prng.pick(ids.filter((id) => checker.server.team(id).present))
  }
})

const injectFault = Effect.fnUntraced(function* (context: FaultContext, of: ReadonlyArray<FaultName>, prng: Prng) {
  const { checker, faults } = context
  const name = prng.pick(of)
  if (name === undefined) return
  checker.trace(() => `fault   ${name}`)
  if (yield* catalogue[name](context)) faults[name] = (faults[name] ?? 0) + 1
})

/** Chaos phase: faults, and teams that come, talk and go. Drops what is scheduled for later when it ends. */
export const chaos = (simulation: Simulation, millis: number): Effect.Effect<void> =>
  Effect.scoped(
    Effect.gen(function* () {
      const { checker, prng, scenario } = simulation
      const context = yield* makeFaultContext(simulation)
      checker.trace(() => `chaos   for ${millis} ms`)
      const repeatedly = (mean: number, action: Effect.Effect<void>, chance = prng) =>
        Effect.forever(
          Effect.andThen(
            Effect.suspend(() => Effect.sleep(chance.exponential(mean))),
            action
          )
        )
      yield* Effect.forkScoped(repeatedly(scenario.faultEvery, injectFault(context, scenario.faults, prng)))
      yield* Effect.forkScoped(repeatedly(scenario.eventEvery, actAsTeams(context)))
      const { journal } = simulation
      if (journal !== undefined) {
        const injectJournalFault = injectFault(context, journal.faults, journal.prng)
        yield* Effect.forkScoped(repeatedly(journal.faultEvery, injectJournalFault, journal.prng))
      }
      yield* Effect.sleep(millis)
    })
  )

/** Clears the faults. Connections that are half-open stay so, and what is under way still arrives. */
export const clearFaults = ({ checker, machine, process, rehearsal, scenario }: Simulation): Effect.Effect<void> =>
  Effect.gen(function* () {
    checker.trace(() => "faults are cleared")
    checker.network.slowness = 1
    yield* rehearsal.readAgain()
    yield* rehearsal.endOutage
    yield* rehearsal.acceptDials
    yield* machine.answerNames(NameAnswer.Found())
    yield* machine.limitSockets(Infinity)
    yield* rehearsal.answerAsks(Answer.Once())
    yield* rehearsal.configure(scenario.behaviour)
    yield* checker.journal?.fault(undefined) ?? Effect.void
    process.crashAt(undefined)
    yield* Effect.orDie(process.start)
  })
