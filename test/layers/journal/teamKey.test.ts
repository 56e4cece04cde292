import { assert, describe, it } from "@effect/vitest"
import { idOfText, idText, keyOf, slotOf } from "../../../src/layers/journal/teamKey.ts"
import { TeamId } from "../../../src/wire/TeamId.ts"
import { hostileIds } from "../../support/hostileIds.ts"

describe("the text of a team's id", () => {
  it.prop("is ASCII, reads back as the id, and is no other's", [TeamId, TeamId], ([a, b]) => {
    assert.match(idText(a), /^[ -~]+$/)
    assert.strictEqual(idOfText(idText(a)), a)
    assert.strictEqual(idText(a) === idText(b), a === b)
  })

  it("is so for ids that a store could take for others", () => {
    for (const id of hostileIds) {
      assert.match(idText(id), /^[ -~]+$/)
      assert.strictEqual(idOfText(idText(id)), id)
    }
    assert.strictEqual(new Set(hostileIds.map(idText)).size, hostileIds.length)
  })

  it("is the key as well where it is short; a long one's key is a digest, which no text is", () => {
    const keys = hostileIds.map((id) => keyOf(idText(id)))
    assert.strictEqual(new Set(keys).size, hostileIds.length)
    for (const key of keys) assert.isAtMost(key.length, 256)
    assert.strictEqual(keyOf(idText("a".repeat(254))), JSON.stringify("a".repeat(254)))
    assert.strictEqual(
      keyOf(idText("a".repeat(255))),
      "#bc946ac05a051266c0811b4b0fddb2194dbb125f3bcd346a7def860380aa0cec"
    )
  })
})

describe("the slot of a team", () => {
  it("is what it was when the first rows were written", () => {
    const frozen = [0, 1, -1, 4711, Number.MAX_SAFE_INTEGER, "1", "a", "team-1", "ä", "\ud800", "😀", "x".repeat(1024)]
    assert.deepStrictEqual(
      frozen.map((id) => slotOf(idText(id))),
      [183, 6, 178, 94, 201, 47, 170, 150, 79, 215, 212, 168]
    )
  })

  it("spreads ids evenly: no slot of 256 has more than twice its share of 100,000", () => {
    for (const idOf of [(n: number) => n, (n: number) => `team-${n}`, (n: number) => `${n}`.padStart(36, "0")]) {
      const counts = new Map<number, number>()
      for (let n = 0; n < 100_000; n++) {
        const slot = slotOf(idText(idOf(n)))
        counts.set(slot, (counts.get(slot) ?? 0) + 1)
      }
      assert.strictEqual(counts.size, 256)
      assert.isAtMost(Math.max(...counts.values()), (2 * 100_000) / 256)
      assert.isAtLeast(Math.min(...counts.keys()), 1)
      assert.isAtMost(Math.max(...counts.keys()), 256)
    }
  })
})
