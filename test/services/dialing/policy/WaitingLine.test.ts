import { assert, describe, it } from "@effect/vitest"
import { WaitingLine } from "../../../../src/services/dialing/policy/WaitingLine.ts"
import { below, seededRandom } from "../model/random.ts"

const waiting = (count: number) => {
  const line = new WaitingLine<{ readonly id: number; place: number }>()
  const candidates = Array.from({ length: count }, (_, id) => ({ id, place: -1 }))
  for (const candidate of candidates) line.add(candidate)
  return { line, candidates }
}

describe("a line of those that wait", () => {
  it("has an oldest and a newest, whoever has left between and at its ends", () => {
    const { candidates, line } = waiting(5)
    for (const id of [0, 2, 4]) line.remove(candidates[id]!)
    assert.deepStrictEqual([line.oldest().id, line.newest().id, line.size], [1, 3, 2])
  })

  it("gives any at a random point, from the first to the last", () => {
    const { candidates, line } = waiting(10)
    line.remove(candidates[0]!)
    line.remove(candidates[9]!)
    const drawn = [0, 0.5, 0.999_999].map((random) => line.any(random).id)
    assert.deepStrictEqual(drawn, [1, 5, 8])
  })

  it("keeps the order in which they came, over hundreds that come and go anywhere", () => {
    const random = seededRandom(1)
    const { candidates, line } = waiting(300)
    const there = [...candidates]
    for (let step = 0; step < 2_000; step++) {
      if (random() < 0.45 || there.length === 1) {
        const candidate = { id: 1_000 + step, place: -1 }
        line.add(candidate)
        there.push(candidate)
      } else {
        const [leaves] = there.splice(below(random, there.length), 1)
        line.remove(leaves!)
        assert.strictEqual(leaves!.place, -1)
      }
      assert.strictEqual(line.size, there.length)
    }
    assert.deepStrictEqual([...line], there)
    assert.strictEqual(line.oldest(), there[0])
    assert.strictEqual(line.newest(), there.at(-1))
  })
})
