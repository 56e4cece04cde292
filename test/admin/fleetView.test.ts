import { assert, describe, it } from "@effect/vitest"
import { Rehearsal } from "botswain/rehearsal"
import { Effect } from "effect"
import { AdminSettings } from "../../src/admin/AdminSettings.ts"
import { makeFleetView } from "../../src/admin/fleetView.ts"
import { Descriptors } from "../../src/services/Descriptors.ts"
import { adminValues } from "../support/adminValues.ts"
import { outOfDescriptors } from "../support/descriptors.ts"
import { joined, pass, withFleet } from "../support/fleet.ts"

/** View of a fleet with two teams, of which one waits. */
const viewOfWaiting = Effect.gen(function* () {
  const { join, refuseDials } = yield* Rehearsal
  yield* joined(1)
  yield* refuseDials()
  yield* join(2)
  yield* pass("1 second")
  return (yield* makeFleetView)()
})

describe("the view of a fleet", () => {
  it.effect("says for want of what on this machine teams wait", () =>
    Effect.map(viewOfWaiting, ({ shortage }) =>
      assert.strictEqual(
        shortage,
        "out of file descriptors: 120 allowed, 1 team connection open, 1 team waits. Raise `ulimit -n` or LimitNOFILE"
      )
    ).pipe(
      Effect.provideService(Descriptors, outOfDescriptors),
      Effect.provideService(AdminSettings, adminValues()),
      withFleet()
    )
  )

  it.effect("says that joins are refused, as long as the fleet is full", () =>
    Effect.gen(function* () {
      const { join, leave } = yield* Rehearsal
      const look = yield* makeFleetView
      const full = Effect.map(pass("5 seconds"), () => look().full)
      yield* joined(1, 2)
      assert.isNull(yield* full, "full, but nobody was refused")
      yield* join(3)
      yield* join(4)
      assert.strictEqual(
        yield* full,
        "the fleet is full: --max-teams allows 2, and 2 joins were refused in this run. Raise it, or keep the other teams elsewhere"
      )
      yield* leave(1)
      assert.isNull(yield* full, "there is room")
      yield* joined(3)
      assert.match((yield* full) ?? "", /2 joins were refused/, "the other was never repeated")
    }).pipe(Effect.provideService(AdminSettings, adminValues()), withFleet({ maxTeams: 2 }))
  )

  it.effect("says nothing of that where teams wait for something else", () =>
    Effect.map(viewOfWaiting, ({ shortage, teams }) => {
      assert.deepInclude(teams, { wanted: 2, connected: 1 })
      assert.isNull(shortage)
    }).pipe(Effect.provideService(AdminSettings, adminValues()), withFleet())
  )
})
