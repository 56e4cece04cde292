import { assert, describe, it } from "vitest"
import type { Candidate } from "../../../../src/services/dialing/policy/DialPolicy.ts"
import { PolicyByHand } from "./PolicyByHand.ts"

/** A host whose teams all find, when their turn has come, that their offer has to be renewed. */
const stale = (millis: number) => {
  const hand = new PolicyByHand({ maxRate: 10 })
  hand.join("a", 40)
  const started: Array<Candidate<string>> = []
  for (let passed = 0; passed < millis; passed += 100) {
    const { start } = hand.after(100)
    for (const candidate of start) hand.policy.renewing(candidate)
    started.push(...start)
  }
  return { hand, started }
}

describe("starts that have to renew their offer", () => {
  it("go on together no faster than others begin, and before them", () => {
    const { hand, started } = stale(2_000)
    assert.isAbove(started.length, 12)
    for (const candidate of started) hand.policy.renewed(candidate)
    let resumed = 0
    for (let passed = 0; passed < 1_000; passed += 100) {
      const { resume, start } = hand.after(100)
      resumed += resume.length
      assert.isEmpty(start)
    }
    assert.isAtMost(resumed, 11)
    assert.isAtLeast(resumed, 10)
  })

  it("take nothing of what others may begin until they go on", () => {
    const hand = new PolicyByHand({ maxRate: 10 })
    for (const host of ["a", "b", "c"]) hand.join(host, 1)
    const { start } = hand.after(100)
    assert.lengthOf(start, 1)
    assert.isEmpty(hand.look().start)
    hand.policy.renewing(start[0]!)
    assert.lengthOf(hand.look().start, 1)
  })

  it("keep their place while they wait", () => {
    const { hand, started } = stale(100)
    assert.strictEqual(hand.policy.inFlight, 1)
    hand.policy.renewed(started[0]!)
    assert.strictEqual(hand.policy.inFlight, 1)
  })

  it("are forgotten when their team goes", () => {
    const { hand, started } = stale(100)
    hand.policy.renewed(started[0]!)
    hand.policy.leave(started[0]!)
    assert.strictEqual(hand.policy.inFlight, 0)
    assert.isEmpty(hand.after(1_000).resume)
  })
})
