import { assert, describe, it } from "@effect/vitest"
import type { Candidate } from "../../../../src/services/dialing/policy/Candidate.ts"
import { Lane } from "../../../../src/services/dialing/policy/Lane.ts"
import { PolicyByHand } from "./PolicyByHand.ts"

/** Lets one start, and fail or open. */
const start = (hand: PolicyByHand, candidate: Candidate<string>, outcome: "opened" | "refused") => {
  hand.ready([candidate])
  while (!candidate.isInFlight) hand.after(50)
  hand.end([candidate], outcome)
}

/** Lets one open, and lose its connection after so long. */
const live = (hand: PolicyByHand, candidate: Candidate<string>, millis: number) => {
  start(hand, candidate, "opened")
  hand.after(millis)
  hand.lose([candidate])
}

describe("the lane of a team", () => {
  const one = (hasHeld = false) => {
    const hand = new PolicyByHand()
    // Another that is well keeps trouble of the one from being that of the host.
    hand.open("a", 1)
    return { hand, team: hand.enter("a", 1, hasHeld)[0]! }
  }

  it("is that of the untried at first, or of those that held where it is known to have got through", () => {
    assert.strictEqual(one().team.lane, Lane.fresh)
    assert.strictEqual(one(true).team.lane, Lane.held)
  })

  it("is that of those that held after a connection of 3 s, and not after a handshake", () => {
    const { hand, team } = one()
    live(hand, team, 2_999)
    assert.strictEqual(team.lane, Lane.fresh)
    live(hand, team, 3_000)
    assert.strictEqual(team.lane, Lane.held)
  })

  it("is not lost by one young death, as a healthy team's may be, and is by the second in a row", () => {
    const { hand, team } = one()
    live(hand, team, 500)
    assert.strictEqual(team.lane, Lane.fresh)
    live(hand, team, 500)
    assert.strictEqual(team.lane, Lane.brief)
  })

  it("is that of the failed after a failure, for one that has never held", () => {
    const { hand, team } = one()
    start(hand, team, "refused")
    assert.strictEqual(team.lane, Lane.failed)
  })

  it("is that of the lapsed for three failures, for one that has held, and then of the failed", () => {
    const { hand, team } = one(true)
    const lanes = Array.from({ length: 4 }, () => {
      start(hand, team, "refused")
      return team.lane
    })
    assert.deepStrictEqual(lanes, [Lane.lapsed, Lane.lapsed, Lane.lapsed, Lane.failed])
  })

  it("is the best again once it gets through", () => {
    const { hand, team } = one()
    start(hand, team, "refused")
    start(hand, team, "opened")
    assert.strictEqual(team.lane, Lane.held)
  })

  it("is not touched by what our own machine lacks, nor by what is withdrawn", () => {
    const { hand, team } = one(true)
    hand.ready([team])
    hand.after(50)
    hand.end([team], "local")
    assert.deepStrictEqual([team.lane, team.fails], [Lane.held, 0])
    hand.ready([team])
    hand.during(1_100, undefined)
    hand.policy.withdraw(team)
    hand.end([team], "refused")
    assert.deepStrictEqual([team.lane, team.fails, hand.policy.inFlight], [Lane.held, 0, 0])
  })
})

describe("who goes first", () => {
  it("is one that has held, before one that was never tried, before one whose last start failed", () => {
    const hand = new PolicyByHand({ tuning: { turnsBelow: 0 } })
    const failed = hand.join("a", 5)
    hand.look()
    hand.end(failed, "refused")
    hand.ready(failed)
    const untried = hand.join("a", 10)
    const held = hand.join("a", 10, true)
    const order = hand.during(300, "opened")
    assert.sameMembers(order.slice(0, 10), [...held])
    assert.sameMembers(order.slice(10, 20), [...untried])
  })

  it("is whoever waited longest among those that held", () => {
    const hand = new PolicyByHand()
    const held = hand.join("a", 10, true)
    assert.deepStrictEqual(hand.during(300, "opened"), held)
  })

  it("is, among the untried, the newest, any, the oldest, any: no order of joining hides the good ones", () => {
    const hand = new PolicyByHand()
    const untried = hand.join("a", 100)
    const [first, , third] = hand.look().start
    assert.deepStrictEqual([first, third], [untried[99], untried[0]])
  })

  it("is one of the worst lane in one of eight starts, or nothing would tell load from teams that always fail", () => {
    const hand = new PolicyByHand()
    const failed = hand.join("a", 5)
    hand.look()
    hand.end(failed, "refused")
    hand.join("a", 200, true)
    hand.ready(failed)
    const order = hand.during(1_000, "opened").slice(0, 40)
    assert.strictEqual(order.filter((candidate) => failed.includes(candidate)).length, 5)
  })
})

describe("a connection that opens where many die young", () => {
  it("counts only when it has lived twice as long as those did", () => {
    const hand = new PolicyByHand()
    const [team] = hand.enter("a", 1)
    live(hand, team!, 500)
    live(hand, team!, 500)
    assert.isDefined(hand.policy.troubleOf(team!))
    start(hand, team!, "opened")
    hand.during(900, undefined)
    assert.isDefined(hand.policy.troubleOf(team!), "it has yet to prove itself")
    hand.during(200, undefined)
    assert.isUndefined(hand.policy.troubleOf(team!))
  })
})
