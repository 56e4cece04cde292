import { assert, describe, it } from "@effect/vitest"
import { PolicyByHand } from "./PolicyByHand.ts"

const keysOf = (candidates: Iterable<{ readonly key: string }>) => [...candidates].map(({ key }) => key)

/** Twelve places, a quarter of which are for slow starts; canaries never lack. */
const few = () => new PolicyByHand({ maxInFlight: 12, tuning: { fleetCanaries: 1_000 } })

/** Lets starts of a host hang until the places for those that are not slow are taken. */
const fill = (hand: PolicyByHand, teams: number) => {
  const candidates = hand.join("hangs", teams)
  while (candidates.filter(({ isInFlight }) => isInFlight).length < Math.min(9, teams)) hand.after(10)
  return candidates
}

describe("places in flight", () => {
  it("are never exceeded: those that find none wait", () => {
    const hand = few()
    fill(hand, 30)
    hand.during(500, undefined)
    assert.strictEqual(hand.policy.inFlight, 9)
  })

  it("become free as starts become slow, which then have a quarter of all", () => {
    const hand = few()
    fill(hand, 30)
    hand.during(1_100, undefined)
    assert.strictEqual(hand.policy.inFlight, 12)
  })

  it("are made by the oldest of the slow that have found no place among them, and it counts as failed", () => {
    const hand = few()
    const hanging = fill(hand, 9)
    hand.during(1_100, undefined)
    const others = hand.join("good", 12)
    const { giveUp, start } = hand.after(50)
    assert.strictEqual(hand.policy.inFlight, 12)
    assert.isAbove(giveUp.length, 0)
    assert.isTrue(start.every((candidate) => others.includes(candidate)))
    assert.isTrue(giveUp.every((candidate) => hanging.includes(candidate) && candidate.fails === 1))
  })

  it("stay with a slow start as long as nobody wants them", () => {
    const hand = few()
    fill(hand, 9)
    for (let at = 0; at < 5_000; at += 50) assert.lengthOf(hand.after(50).giveUp, 0)
    assert.strictEqual(hand.policy.inFlight, 9)
  })

  it("are free again once the handshake is answered, and nobody is given up for a first frame that is slow", () => {
    const hand = few()
    for (const candidate of fill(hand, 9)) hand.policy.answered(candidate)
    assert.strictEqual(hand.policy.inFlight, 0)
    hand.during(1_100, undefined)
    hand.join("good", 3)
    const { giveUp, start } = hand.after(50)
    assert.deepStrictEqual([keysOf(giveUp), keysOf(start)], [[], ["good", "good", "good"]])
  })
})

describe("a slow start", () => {
  it("is trouble of its host after a second, long before its time-out", () => {
    const hand = new PolicyByHand()
    const [candidate] = hand.join("a", 1)
    hand.look()
    hand.after(999)
    assert.isUndefined(hand.policy.troubleOf(candidate!))
    hand.after(1)
    assert.deepStrictEqual(hand.policy.troubleOf(candidate!), { since: hand.now, why: "no answer yet" })
  })

  it("is none where those that get through take as long", () => {
    const hand = new PolicyByHand()
    const others = hand.join("a", 5)
    hand.look()
    hand.now += 900
    hand.end(others, "opened")
    hand.after(50)
    const [candidate] = hand.join("a", 1)
    hand.look()
    hand.after(1_500)
    assert.isUndefined(hand.policy.troubleOf(candidate!))
  })

  it("is none as long as something else holds it up", () => {
    const hand = new PolicyByHand()
    const [candidate] = hand.join("a", 1)
    hand.look()
    hand.after(900)
    hand.policy.renewed(candidate!)
    assert.deepStrictEqual(hand.look().resume, [candidate!])
    hand.after(900)
    assert.isUndefined(hand.policy.troubleOf(candidate!))
    hand.after(100)
    assert.isDefined(hand.policy.troubleOf(candidate!))
  })
})
