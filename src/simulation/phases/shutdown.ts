import { Effect, Exit, Fiber, Scope } from "effect"
import type { Fleet } from "../../services/Fleet.ts"
import type { Checker } from "../checker/Checker.ts"
import { heldUp } from "../checker/JournalWatch.ts"
import { checkDrained, checkFleet, checkServer } from "../invariants/noLeak.ts"
import type { Simulation } from "../Simulation.ts"
import { awaitWithin } from "./awaitWithin.ts"

/** Milliseconds that anything may be under way, in the slowest network. */
const longestTransit = 60_000

/** Time to the end: a journal that does not answer holds up the last flush. */
const drainOf = (checker: Checker): number => checker.guarantees.drain + heldUp(checker.journal)

/** Says goodbye, and waits for the fleet to drain. False if the fleet could not be told. */
const sayGoodbye = Effect.fnUntraced(function* ({ checker, rehearsal, scenario }: Simulation, fleet: Fleet["Service"]) {
  const { model, settings } = checker
  const drain = drainOf(checker)
  if (settings.onGoodbye !== "exit" || !(yield* rehearsal.goodbye)) return false
  checker.trace(() => "the server says goodbye")
  const read = yield* awaitWithin(checker, scenario.latency + 1_000, () => model.ending)
  if (!read) return false
  const gone = yield* Effect.forkChild(fleet.ended)
  const drained = yield* awaitWithin(checker, drain, () => gone.pollUnsafe() !== undefined)
  if (!drained) checker.violated("no-leak", `the fleet has not ended ${drain} ms after goodbye`)
  checkDrained(checker)
  return true
})

/**
 * Ends the fleet, by goodbye or by interruption, and closes its Scope. Invariant 7: it ends within the drain time, and
 * leaves nothing behind.
 */
export const shutdown = Effect.fnUntraced(function* (simulation: Simulation) {
  const { checker, process, scenario } = simulation
  process.crashAt(undefined)
  // The last crash may have been a moment ago, and the fleet is still down: then it has to find its journal first.
  if (process.running() === undefined) yield* checker.journal?.fault(undefined) ?? Effect.void
  yield* Effect.orDie(process.start)
  const { fleet, scope } = process.running()!
  const drain = drainOf(checker)
  if (scenario.ending === "interruption" || !(yield* sayGoodbye(simulation, fleet)))
    checker.trace(() => "the fleet is interrupted")
  // In a turn of the fleet's own: one that is stalled does not hear of it, and one that has just started dials before it does.
  const close = Effect.gen(function* () {
    yield* Effect.yieldNow
    checker.model.ending = true
    yield* Scope.close(scope, Exit.void)
  })
  const closing = yield* Effect.forkChild(checker.time.inFleet(close))
  const closed = yield* awaitWithin(checker, drain, () => closing.pollUnsafe() !== undefined)
  if (!closed) return checker.violated("no-leak", `the fleet has not ended ${drain} ms after interruption`)
  yield* Fiber.await(closing)
  yield* Effect.sleep(1)
  checkFleet(checker)
  // What the server has not seen yet is under way.
  yield* Effect.sleep(longestTransit)
  checkServer(checker)
})
