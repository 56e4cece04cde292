import { assert, describe, it } from "@effect/vitest"
import { PolicyByHand } from "./PolicyByHand.ts"

const keysOf = (candidates: Iterable<{ readonly key: string }>) => [...candidates].map(({ key }) => key)

describe("the time of the next look", () => {
  it("is never, where nobody waits and nothing is under way", () => {
    const hand = new PolicyByHand()
    assert.strictEqual(hand.look().at, Infinity)
    hand.open("a", 3)
    assert.strictEqual(hand.look().at, Infinity)
  })

  it("is when a start becomes slow, where one is under way", () => {
    const hand = new PolicyByHand()
    hand.join("a", 1)
    assert.strictEqual(hand.look().at, hand.now + 1_000)
  })

  it("is when the pace lets the next one start, and no sooner than a round", () => {
    const hand = new PolicyByHand()
    hand.join("a", 20)
    assert.strictEqual(hand.look().at, hand.now + 50)
  })

  it("is when the next canary may go, where the host is down to them", () => {
    const hand = new PolicyByHand({ tuning: { credit: [2, 2, 2, 0, 0] } })
    hand.join("a", 50)
    hand.during(500, "refused")
    while (hand.look().start.length === 0) hand.now += 10
    assert.strictEqual(hand.look().at, hand.now + 250)
  })
})

describe("room of our own machine", () => {
  it("is not exceeded: no more start than there is room for, and it is looked again in a second", () => {
    const hand = new PolicyByHand()
    hand.join("a", 5)
    assert.lengthOf(hand.look(2).start, 2)
    const { at, start } = hand.look(0)
    assert.lengthOf(start, 0)
    assert.strictEqual(at, hand.now + 1_000)
    assert.lengthOf(hand.look(3).start, 3)
  })

  it("that a host's start has found lacking holds up that host for a second, and no other", () => {
    const hand = new PolicyByHand()
    hand.join("a", 3)
    const [lacking] = hand.look(1).start
    hand.end([lacking!], "local")
    hand.ready([lacking!])
    hand.join("b", 1)
    assert.deepStrictEqual(keysOf(hand.look().start), ["b"])
    assert.lengthOf(hand.after(999).start, 0)
    assert.lengthOf(hand.after(1).start, 3)
    assert.isUndefined(hand.policy.troubleOf(lacking!))
  })
})

describe("Retry-After", () => {
  it("is kept: nobody starts at that host until then, and the policy looks when it is over", () => {
    const hand = new PolicyByHand()
    const teams = hand.join("a", 8)
    const { start } = hand.look()
    hand.policy.retryAfter(start[0]!, hand.now + 5_000)
    hand.end(start, "refused")
    hand.join("b", 1)
    const { at, start: others } = hand.look()
    assert.deepStrictEqual(keysOf(others), ["b"])
    hand.end(others, "opened")
    assert.isAtMost(at, hand.now + 5_000)
    assert.lengthOf(hand.after(4_999).start, 0)
    assert.isAbove(hand.after(1).start.length, 0)
    assert.lengthOf(teams, 8)
  })

  it("that is shorter than one before does not end it", () => {
    const hand = new PolicyByHand()
    const [team] = hand.join("a", 1)
    hand.policy.retryAfter(team!, hand.now + 5_000)
    hand.policy.retryAfter(team!, hand.now + 1_000)
    assert.lengthOf(hand.after(4_000).start, 0)
  })
})

describe("a team that rests after a failure", () => {
  it("is woken when its host has recovered", () => {
    const hand = new PolicyByHand()
    const [failed, other] = hand.join("a", 2)
    hand.look()
    hand.end([failed!], "refused")
    hand.after(50)
    hand.end([other!], "opened")
    assert.deepStrictEqual(hand.look().wake, [failed!])
    assert.deepStrictEqual(hand.after(50).wake, [], "once")
  })

  it("is not woken by each of those that get through where others are connected: it may well be its own fault", () => {
    const hand = new PolicyByHand()
    hand.open("a", 5)
    const [failed] = hand.join("a", 1)
    hand.look()
    hand.end([failed!], "refused")
    hand.join("a", 1)
    const started = hand.after(50).start
    hand.end(started, "opened")
    assert.deepStrictEqual(hand.after(50).wake, [])
  })

  it("is woken if it began before its host recovered, and fails after: what it died of is over", () => {
    const hand = new PolicyByHand()
    const [late, other, failed] = hand.join("a", 3)
    hand.look()
    hand.end([failed!], "refused")
    hand.now += 50
    hand.end([other!], "opened")
    hand.look()
    hand.now += 500
    hand.end([late!], "timeout")
    assert.deepStrictEqual(hand.look().wake, [late!])
  })

  it("is not woken once it does something else", () => {
    const hand = new PolicyByHand()
    const [failed, other] = hand.join("a", 2)
    hand.look()
    hand.end([failed!], "refused")
    hand.policy.roused(failed!)
    hand.now += 50
    hand.end([other!], "opened")
    assert.deepStrictEqual(hand.look().wake, [])
  })
})

describe("a team whose connection was cut", () => {
  it("is woken by any that gets through: it has not failed", () => {
    const hand = new PolicyByHand()
    const teams = hand.open("a", 4)
    hand.now += 31_000
    hand.lose(teams.slice(0, 2))
    const [failing] = hand.join("a", 1)
    hand.look()
    hand.end([failing!], "refused")
    hand.ready(teams.slice(0, 1))
    hand.after(50)
    hand.end(teams.slice(0, 1), "opened")
    assert.include(hand.look().wake, teams[1])
  })
})

describe("limits of the fleet", () => {
  it("are not exceeded by many hosts together", () => {
    const hand = new PolicyByHand({ maxRate: 100 })
    for (let host = 0; host < 50; host++) hand.join(`host${host}-`, 10)
    const started = hand.during(2_000, "opened").length
    assert.isTrue(started >= 195 && started <= 206, `${started} in 2 s`)
  })

  it("are shared by hosts in turns, so that one with many teams takes no place of one with few", () => {
    const hand = new PolicyByHand({ maxRate: 100 })
    hand.join("many", 1_000)
    hand.join("few", 3)
    const first = keysOf(hand.during(100, "opened"))
    assert.lengthOf(
      first.slice(0, 6).filter((key) => key === "few"),
      3
    )
  })
})
