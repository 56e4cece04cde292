import { assert, describe, it } from "@effect/vitest"
import { Rehearsal } from "botswain/rehearsal"
import { Context, Effect, Schedule } from "effect"
import { adminFleet } from "../support/adminFleet.ts"
import { checkMetrics } from "./promtool.ts"

const calm = { code: 0, complaints: "" }

/** The metrics of a fleet with trouble behind it, once both histograms have something in them. */
const exposition = Effect.gen(function* () {
  const fleet = yield* adminFleet()
  const server = Context.get(fleet.context, Rehearsal)
  yield* Effect.forEach([1, 2, "ops"], server.join)
  yield* server.awaitState(({ connectedTeams }) => connectedTeams === 3)
  yield* server.cut(1)
  yield* server.sendRaw({ team: 2 }, "{")
  yield* server.awaitState((state) => state.team(1).opens === 2)
  return yield* Effect.repeat(fleet.text("/metrics"), {
    schedule: Schedule.spaced(20),
    until: (text) => /^botswain_ping_round_trip_seconds_count [1-9]/m.test(text)
  }).pipe(Effect.timeout("10 seconds"))
})

describe("promtool check metrics", () => {
  it.live("has no complaint of /metrics", () =>
    Effect.gen(function* () {
      const text = yield* exposition
      assert.match(text, /^botswain_drops_total\{reason="closed"\} 1$/m)
      assert.deepStrictEqual(checkMetrics(text), calm)
    }).pipe(Effect.scoped)
  )

  it("would have one of a text that is not right, and of a name that is not as it should be", () => {
    assert.deepStrictEqual(checkMetrics("# HELP fine Is fine\n# TYPE fine gauge\nfine 1\n"), calm)
    assert.notStrictEqual(checkMetrics('broken{a="1" 2\n').code, 0)
    assert.notStrictEqual(checkMetrics("# HELP late Counts\n# TYPE late counter\nlate 1\n").code, 0)
  })
})
