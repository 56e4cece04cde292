import { assert, describe, it } from "@effect/vitest"
import { Rehearsal } from "botswain/rehearsal"
import { Effect } from "effect"
import { AdminSettings } from "../../src/admin/AdminSettings.ts"
import { makeFleetView } from "../../src/admin/fleetView.ts"
import { Descriptors } from "../../src/services/Descriptors.ts"
import { outOfDescriptors } from "../support/descriptors.ts"
import { joined, pass, withFleet } from "../support/fleet.ts"

const settings = {
  host: "127.0.0.1",
  port: 0,
  loopback: true,
  names: [],
  token: undefined,
  readyShare: 0.9,
  version: "0"
}

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
      Effect.provideService(AdminSettings, settings),
      withFleet()
    )
  )

  it.effect("says nothing of that where teams wait for something else", () =>
    Effect.map(viewOfWaiting, ({ shortage, teams }) => {
      assert.deepInclude(teams, { wanted: 2, connected: 1 })
      assert.isNull(shortage)
    }).pipe(Effect.provideService(AdminSettings, settings), withFleet())
  )
})
