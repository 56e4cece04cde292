import { assert, describe, it } from "@effect/vitest"
import { refusedJoinsOf } from "../../src/services/refusedJoins.ts"

const told = (refused: number, wanted: number, maxTeams = 10) =>
  refusedJoinsOf({ incidents: { "join.refused": refused } }, { wanted }, maxTeams)

describe("joins that were refused", () => {
  it("are told, with their number and what to do, while the fleet is full", () => {
    assert.strictEqual(
      told(990, 10),
      "the fleet is full: --max-teams allows 10, and 990 joins were refused in this run. Raise it, or keep the other teams elsewhere"
    )
    assert.include(told(1, 10), "1 join was refused")
  })

  it("are told too where an earlier run has left more teams than are allowed now", () => {
    assert.isDefined(told(1, 12))
  })

  it("are not told while there is room, nor where there were none", () => {
    assert.isUndefined(told(990, 9))
    assert.isUndefined(told(0, 10))
    assert.isUndefined(refusedJoinsOf({ incidents: {} }, { wanted: 10 }, 10))
  })
})
