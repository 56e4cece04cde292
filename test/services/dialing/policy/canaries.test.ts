import { assert, describe, it } from "@effect/vitest"
import { Lane } from "../../../../src/services/dialing/policy/Lane.ts"
import { PolicyByHand } from "./PolicyByHand.ts"

/** Time with hosts whose lanes are closed after five failures, so that few teams show it. */
const thrifty = () => new PolicyByHand({ tuning: { credit: [5, 5, 5, 0, 0], gain: [2, 2, 2, 2, 1] } })

/** Lets teams come to a host that refuses them until it is down to canaries. */
const shut = (hand: PolicyByHand, key: string, teams: number) => {
  hand.join(key, teams)
  hand.during(1_000, "refused", "HTTP 503")
}

describe("a host that lets nobody through", () => {
  it("is told as shut once, with what its last start died of and who waits", () => {
    const hand = thrifty()
    hand.join("a", 100)
    const told: Array<string> = []
    for (let at = 0; at < 5_000; at += 50) {
      const { shut: newly, start } = hand.after(50)
      hand.end(start, "refused", "HTTP 503")
      for (const { key, waiters, why } of newly) told.push(`${key}: ${why}, ${[...waiters].length} wait`)
    }
    assert.deepStrictEqual(told, ["a: HTTP 503, 94 wait"])
  })

  it("is tried by a canary each quarter of a second, and each second once it has been down for 40", () => {
    const hand = thrifty()
    shut(hand, "a", 300)
    const soon = hand.during(5_000, "refused").length
    hand.during(60_000, "refused")
    const later = hand.during(10_000, "refused").length
    assert.isTrue(soon >= 18 && soon <= 21, `${soon} in 5 s`)
    assert.isTrue(later >= 9 && later <= 11, `${later} in 10 s`)
  })

  it("has a canary of the best lane every other time, and of the others in turn", () => {
    const hand = thrifty()
    const held = hand.join("a", 100, true)
    const untried = hand.join("a", 100)
    hand.during(2_000, "refused")
    const canaries = new Set(hand.during(5_000, "refused"))
    const [ofHeld, ofUntried] = [held, untried].map((all) => all.filter((each) => canaries.has(each)).length)
    assert.isAtLeast(ofHeld!, canaries.size / 2)
    assert.isAtLeast(ofUntried!, canaries.size / 10)
  })

  it("is no longer shut once a canary gets through: others follow it, faster and faster", () => {
    const hand = thrifty()
    shut(hand, "a", 1_000)
    hand.during(2_000, "refused")
    const [first, second, third] = [300, 300, 300].map((millis) => hand.during(millis, "opened").length)
    assert.isAtLeast(first!, 2)
    assert.isAbove(second!, 2 * first!)
    assert.isAbove(third!, 2 * second!)
  })

  it("is told as shut anew when it is down again", () => {
    const hand = thrifty()
    shut(hand, "a", 1_000)
    hand.during(500, "opened")
    const told = []
    for (let at = 0; at < 3_000; at += 50) {
      const { shut: newly, start } = hand.after(50)
      hand.end(start, "refused")
      told.push(...newly)
    }
    assert.lengthOf(told, 1)
  })
})

describe("a newcomer of a host that lets nobody through", () => {
  const downForMinutes = () => {
    const hand = thrifty()
    shut(hand, "a", 300)
    hand.during(60_000, "refused")
    while (hand.look().start.length === 0) hand.now += 50
    return hand
  }

  it("is the next canary, a quarter of a second after the last: what others have died of may not be true of it", () => {
    const hand = downForMinutes()
    const newcomers = hand.join("a", 3)
    assert.lengthOf(hand.after(200).start, 0)
    assert.deepStrictEqual(hand.after(50).start, newcomers.slice(2))
  })

  it("is so once, and not when it comes back after a failure", () => {
    const hand = downForMinutes()
    const [newcomer] = hand.join("a", 1)
    hand.after(250)
    hand.end([newcomer!], "refused")
    hand.ready([newcomer!])
    assert.lengthOf(hand.after(250).start, 0)
  })

  it("that is withdrawn leaves its turn to the others", () => {
    const hand = downForMinutes()
    const [newcomer] = hand.join("a", 1)
    hand.policy.withdraw(newcomer!)
    assert.lengthOf(hand.after(250).start, 1)
  })
})

describe("canaries of many hosts", () => {
  it("are twenty a second together", () => {
    const hand = thrifty()
    for (let host = 0; host < 100; host++) hand.join(`host${host}-`, 20)
    hand.during(5_000, "refused")
    const canaries = hand.during(10_000, "refused").length
    assert.isTrue(canaries >= 199 && canaries <= 201, `${canaries} in 10 s`)
  })

  it("are not used up by teams that have failed and go beside healthy ones", () => {
    const hand = thrifty()
    shut(hand, "down", 100)
    const failed = hand.join("busy", 300)
    hand.during(5_000, "refused")
    hand.join("busy", 4_000)
    // What the canaries show: hundreds start a second, and one in eight of them has failed before.
    hand.ready(failed.filter(({ fails }) => fails > 0))
    for (let at = 0; at < 4_000; at += 50) {
      for (const candidate of hand.after(50).start) {
        hand.end([candidate], candidate.key === "busy" && candidate.fails === 0 ? "opened" : "refused")
        hand.ready([candidate])
      }
    }
    const canaries = hand.during(2_000, "refused").filter(({ key }) => key === "down")
    assert.isAtLeast(canaries.length, 5)
  })

  it("may go all at once when there is news of the platform", () => {
    const hand = thrifty()
    for (const key of ["a", "b", "c"]) shut(hand, key, 300)
    hand.during(60_000, "refused")
    let { start } = hand.look()
    while (start.length === 0) start = hand.after(10).start
    assert.isBelow(hand.after(10).start.length, 3)
    hand.policy.news(hand.now)
    assert.sameMembers(
      hand.after(10).start.map(({ key }) => key),
      ["a", "b", "c"]
    )
  })
})

describe("a lane that has spent its credit", () => {
  it("has a canary each quarter of a second, and does not wait until worse lanes have spent theirs", () => {
    const hand = new PolicyByHand({ tuning: { credit: [0, 0, 0, 0, 1_000] } })
    const failing = hand.enter("a", 500)
    for (const candidate of failing) candidate.lane = Lane.failed
    hand.ready(failing)
    const held = hand.join("a", 5, true)
    const started = hand.during(1_300, undefined)
    assert.sameMembers(
      started.filter((each) => held.includes(each)),
      [...held]
    )
    assert.isAbove(started.length, 50, "the others go meanwhile")
  })
})
