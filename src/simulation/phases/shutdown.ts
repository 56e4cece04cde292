import { Effect, Exit, Fiber, Scope } from "effect"
import type { Fleet } from "../../services/Fleet.ts"
import { checkDrained, checkFleet, checkServer } from "../invariants/noLeak.ts"
import type { Scene } from "./chaos.ts"
import { untilAwake } from "./quiesce.ts"

/** Milliseconds that anything may be under way, in the slowest network. */
const underWay = 60_000

/** Says goodbye, and waits for the fleet to drain. False if the fleet could not be told. */
const sayGoodbye = Effect.fnUntraced(function* (
  { rehearsal, scenario: story, checker: watch }: Scene,
  fleet: Fleet["Service"]
) {
  if (watch.settings.onGoodbye !== "exit" || !(yield* rehearsal.goodbye)) return false
  watch.tell(() => "the server says goodbye")
  const read = yield* untilAwake(watch, story.latency + 1_000, () => watch.model.ending)
  if (!read) return false
  const gone = yield* Effect.forkChild(fleet.ended)
  const drained = yield* untilAwake(watch, watch.bounds.drain, () => gone.pollUnsafe() !== undefined)
  if (!drained) watch.violated("no-leak", `the fleet has not ended ${watch.bounds.drain} ms after goodbye`)
  checkDrained(watch)
  return true
})

/** Invariant 7: the fleet ends, by goodbye or by interruption, within the drain time, and leaves nothing behind. */
export const end = Effect.fnUntraced(function* (scene: Scene, fleet: Fleet["Service"], scope: Scope.Closeable) {
  const { scenario: story, checker: watch } = scene
  if (story.ending === "interruption" || !(yield* sayGoodbye(scene, fleet)))
    watch.tell(() => "the fleet is interrupted")
  watch.model.ending = true
  // In a turn of the fleet's own: one that stands still does not hear of it.
  const closing = yield* Effect.forkChild(
    watch.time.inFleet(Effect.andThen(Effect.yieldNow, Scope.close(scope, Exit.void)))
  )
  const closed = yield* untilAwake(watch, watch.bounds.drain, () => closing.pollUnsafe() !== undefined)
  if (!closed) return watch.violated("no-leak", `the fleet has not ended ${watch.bounds.drain} ms after interruption`)
  yield* Fiber.await(closing)
  yield* Effect.sleep(1)
  checkFleet(watch)
  // What the server has not seen yet is under way.
  yield* Effect.sleep(underWay)
  checkServer(watch)
})
