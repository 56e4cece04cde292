import { assert, describe, it } from "@effect/vitest"
import { PolicyByHand } from "./PolicyByHand.ts"

const keysOf = ({ policy }: PolicyByHand) => [...policy.targets()].map(({ key }) => key)

describe("a target", () => {
  it("is forgotten when the last team that was at it has left, whatever that was doing", () => {
    const hand = new PolicyByHand()
    const [waiting, flying, open, resting] = ["waiting", "flying", "open", "resting"].map(
      (key) => hand.join(key, 1)[0]!
    )
    hand.policy.withdraw(waiting!)
    hand.look()
    hand.end([open!], "opened")
    hand.end([resting!], "refused")
    hand.ready([waiting!])
    assert.lengthOf(keysOf(hand), 4)
    for (const candidate of [waiting!, flying!, open!, resting!]) hand.policy.leave(candidate)
    assert.deepStrictEqual(keysOf(hand), [])
    assert.strictEqual(hand.policy.inFlight, 0)
    assert.strictEqual(hand.policy.waiting, 0)
    assert.strictEqual(hand.look().at, Infinity)
  })

  it("is not forgotten as long as another team is at it", () => {
    const hand = new PolicyByHand()
    const [one, other] = hand.join("a", 2)
    hand.policy.leave(one!)
    assert.deepStrictEqual(keysOf(hand), ["a"])
    hand.policy.leave(other!)
    assert.deepStrictEqual(keysOf(hand), [])
  })

  it("that is kept is remembered though nobody is at it: its pace is what it was", () => {
    const hand = new PolicyByHand()
    hand.policy.keep("a", hand.now)
    for (const candidate of hand.open("a", 2_000)) hand.policy.leave(candidate)
    hand.now += 60_000
    hand.join("a", 2_000)
    // A new one begins with five.
    assert.isAtLeast(hand.look().start.length, 50)
  })
})

describe("hosts where there are few places", () => {
  it("take turns: one whose teams come back at once from each failure keeps nobody from his", () => {
    const hand = new PolicyByHand({ maxInFlight: 1 })
    const turns: Array<string> = []
    hand.join("good", 1)
    for (const key of ["a", "b", "c"]) hand.join(key, 1)
    for (let at = 0; at < 5_000; at += 50) {
      const { giveUp, start } = hand.after(50)
      hand.ready(giveUp)
      turns.push(...start.map(({ key }) => key))
    }
    // The newest is tried first; then each has its turn, a second long, before any has its second.
    assert.deepStrictEqual(turns.slice(0, 4).toSorted(), ["a", "b", "c", "good"])
  })
})
