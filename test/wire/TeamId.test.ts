import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { compareTeamIds, TeamId } from "../../src/wire/TeamId.ts"

const isTeamId = Schema.is(TeamId)

describe("TeamId (protocol row 20)", () => {
  it("is a safe integer or a string that is not empty", () => {
    for (const id of [1, 0, -7, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, "a", "1", " ", "équipe", "\u0000"]) {
      assert.isTrue(isTeamId(id), JSON.stringify(id))
    }
  })

  it("has at most 1,024 characters as JSON writes it, in which an escape is several", () => {
    for (const [character, written] of [
      ["x", 1],
      ["é", 1],
      ["☸", 1],
      ['"', 2],
      ["\n", 2],
      ["\u0000", 6],
      ["\ud800", 6]
    ] as const) {
      const most = Math.floor(1_024 / written)
      assert.isTrue(isTeamId(character.repeat(most)), JSON.stringify(character))
      assert.isFalse(isTeamId(character.repeat(most + 1)), JSON.stringify(character))
    }
    assert.isTrue(isTeamId("x".repeat(1_018) + "\u0000"))
    assert.isFalse(isTeamId("x".repeat(1_019) + "\u0000"))
    assert.isFalse(isTeamId("x".repeat(1_000_000)))
  })

  it("is nothing else", () => {
    const others = [1.5, 2 ** 53, -(2 ** 53), NaN, Infinity, -Infinity, "", null, undefined, true, [1], { id: 1 }, 1n]
    for (const id of others) assert.isFalse(isTeamId(id), String(id))
  })
})

describe("compareTeamIds (protocol row 17)", () => {
  it("puts integers by value before strings by code unit", () => {
    const shuffled: Array<TeamId> = ["b", 10, "10", 9, "a", -3, "B", "9", 2, "é", "a1"]
    assert.deepStrictEqual(shuffled.sort(compareTeamIds), [-3, 2, 9, 10, "10", "9", "B", "a", "a1", "b", "é"])
  })

  it.prop(
    "is one order: two ids are equal only if they are the same, and no two are before each other",
    [TeamId, TeamId],
    ([a, b]) => {
      const order = Math.sign(compareTeamIds(a, b))
      assert.strictEqual(order === 0, a === b)
      assert.strictEqual(order + Math.sign(compareTeamIds(b, a)), 0)
    },
    { arbitrary: { runs: 500, seed: 1 } }
  )

  it.prop(
    "is one order: what is before the middle is before what is after it",
    [TeamId, TeamId, TeamId],
    ([a, b, c]) => {
      if (compareTeamIds(a, b) <= 0 && compareTeamIds(b, c) <= 0) assert.isAtMost(compareTeamIds(a, c), 0)
    },
    { arbitrary: { runs: 500, seed: 1 } }
  )

  it("does not overflow between the ends of the integers", () => {
    assert.isBelow(compareTeamIds(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER), 0)
    assert.isAbove(compareTeamIds(Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER), 0)
  })
})
