import { assert, describe, it } from "@effect/vitest"
import { Attempts } from "../../../src/simulation/checker/Attempts.ts"

const held = { hasHeld: true, wasStable: false }
const stable = { hasHeld: true, wasStable: true }
const brief = { hasHeld: false, wasStable: false }

describe("the standing of a team", () => {
  it("follows from what became of its last dials", () => {
    const team = new Attempts()
    assert.strictEqual(team.standing, "fresh")
    team.ended(brief)
    assert.strictEqual(team.standing, "fresh", "once is no habit")
    team.ended(brief)
    assert.strictEqual(team.standing, "brief")
    team.failed()
    assert.strictEqual(team.standing, "failed")
    team.ended(held)
    assert.strictEqual(team.standing, "held")
    team.failed()
    team.ended(brief)
    assert.strictEqual(team.standing, "brief", "a dial that failed is the first of two")
  })

  it("is another thing than the failures that the back-off counts", () => {
    const team = new Attempts()
    team.failed()
    team.ended(held)
    assert.deepStrictEqual([team.failures, team.standing], [2, "held"])
    team.ended(stable)
    assert.strictEqual(team.failures, 0)
  })
})

describe("an ask", () => {
  it("is in vain when it is refused, or not answered in time, even if an offer comes later", () => {
    const team = new Attempts()
    team.asked(0)
    assert.isTrue(team.isWaiting)
    team.refused()
    team.refused()
    assert.deepStrictEqual([team.failures, team.hasAskedInVain, team.isWaiting], [1, true, false])
    team.asked(1_000)
    team.offered(true, 1_999, 1_000)
    assert.deepStrictEqual([team.failures, team.hasAskedInVain], [1, false])
    team.asked(2_000)
    team.offered(true, 3_000, 1_000)
    assert.strictEqual(team.failures, 2)
  })

  it("for which there was an offer that leads nowhere has misled the team until its next attempt", () => {
    const team = new Attempts()
    team.asked(0)
    team.offered(false, 1, 1_000)
    assert.deepStrictEqual([team.isMisled, team.failures], [true, 0])
    team.asked(2)
    assert.deepStrictEqual([team.isMisled, team.failures], [false, 1])
  })
})

describe("a look-up", () => {
  it("is a failure of the team, and says nothing of its standing", () => {
    const team = new Attempts()
    team.lookedUp("begins")
    assert.isTrue(team.isWaiting)
    team.lookedUp("fails")
    assert.deepStrictEqual([team.isWaiting, team.failures, team.standing], [false, 1, "fresh"])
  })
})
