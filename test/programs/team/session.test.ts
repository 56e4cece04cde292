import { assert, describe, it } from "@effect/vitest"
import { TeamRegistry } from "botswain"
import { Rehearsal } from "botswain/rehearsal"
import { Clock, Effect } from "effect"
import { withFleet } from "../../support/fleet.ts"
import { HandClock } from "../../support/handClock.ts"

/** A team's failures in a row once its connection, up for so many seconds, is cut after the wall clock has been set. */
const failuresAfterCut = (seconds: number, set: (clock: HandClock) => void) => {
  const clock = new HandClock(50)
  return Effect.gen(function* () {
    const rehearsal = yield* Rehearsal
    const registry = yield* TeamRegistry
    yield* rehearsal.join(1)
    while (registry.find(1)?.state._tag !== "Open") yield* clock.jump(10)
    yield* clock.pass(seconds * 1_000, 500)
    set(clock)
    yield* rehearsal.cut(1)
    yield* clock.jump(1)
    const state = registry.find(1)?.state
    return state?._tag === "Backoff" ? state.failures : state?._tag
  }).pipe(withFleet(), Effect.provideService(Clock.Clock, clock))
}

describe("whether a team's connection was stable", () => {
  it.effect("is not changed by a wall clock that is set back", () =>
    Effect.map(
      failuresAfterCut(60, (clock) => clock.stepBack("1 hour")),
      (failures) => assert.strictEqual(failures, 0, "it was up for a minute")
    )
  )

  it.effect("nor by one that is set forward", () =>
    Effect.map(
      failuresAfterCut(1, (clock) => clock.stepForward("1 hour")),
      (failures) => assert.strictEqual(failures, 1, "it was up for a second")
    )
  )
})
