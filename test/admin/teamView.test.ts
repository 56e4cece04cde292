import { assert, describe, it } from "@effect/vitest"
import { TeamRegistry } from "botswain"
import { Rehearsal } from "botswain/rehearsal"
import { Clock, Effect } from "effect"
import { makeTeamViews } from "../../src/admin/teamView.ts"
import { pass, stable, withFleet } from "../support/fleet.ts"

describe("what is proven of a team's connection", () => {
  it.effect("is when the last answer came, whatever has been asked since", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const { row } = yield* makeTeamViews
      const team = (yield* TeamRegistry).find
      yield* stable(1)
      const roundTrip = () => row(team(1)!).liveness?.roundTrip
      const answered = roundTrip()
      const at = answered?.at ?? 0
      const now = yield* Clock.currentTimeMillis
      assert.isAtMost(now - at, 15_000)
      yield* rehearsal.mute(1)
      // The next ping is sent, and not answered.
      yield* pass(at + 20_000 - now)
      assert.deepStrictEqual(roundTrip(), answered)
      yield* pass("10 seconds")
      assert.notDeepEqual(roundTrip(), answered, "it is dead, and replaced")
    }).pipe(withFleet())
  )
})
