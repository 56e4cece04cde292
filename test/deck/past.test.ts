import { assert, describe, it } from "@effect/vitest"
import { append } from "../../deck/past.ts"

const pointsAt = (...times: ReadonlyArray<number>) =>
  times.map((at) => ({ at, connects: 0, drops: 0, messages: at, connected: 0 }))

const times = (points: ReadonlyArray<{ readonly at: number }>) => points.map(({ at }) => at)

describe("the past of the deck", () => {
  it("has each point once, however many of a tick it knows", () => {
    assert.deepStrictEqual(times(append(pointsAt(1, 2, 3), pointsAt(2, 3, 4, 5))), [1, 2, 3, 4, 5])
    assert.deepStrictEqual(times(append([], pointsAt(1, 2))), [1, 2])
    const known = pointsAt(1, 2)
    assert.strictEqual(append(known, pointsAt(1, 2)), known)
    assert.strictEqual(append(known, []), known)
  })

  it("is told anew where the clock of the process was set back", () => {
    assert.deepStrictEqual(times(append(pointsAt(1, 2, 3, 4, 5), pointsAt(2, 3))), [1, 2, 3])
  })

  it("is as long as that of the process", () => {
    const long = pointsAt(...Array.from({ length: 120 }, (_, n) => n))
    assert.deepStrictEqual(
      times(append(long, pointsAt(120, 121))),
      times(pointsAt(...Array.from({ length: 120 }, (_, n) => n + 2)))
    )
  })
})
