import { assert, describe, it } from "@effect/vitest"
import { boundsFor, Standing } from "../../../src/websocket/names/bounds.ts"
import { inTurns } from "../../../src/websocket/names/inTurns.ts"
import { Places } from "../../../src/websocket/names/Places.ts"

describe("boundsFor", () => {
  it("gives half of the pool's threads to look-ups, a sixteenth of them to Global alone", () => {
    assert.deepStrictEqual(boundsFor(256).places, [128, 120, 96, 16])
    assert.deepStrictEqual(boundsFor(64).places, [32, 30, 24, 4])
  })

  it("leaves a place for Global and one for teams in Node's own pool of four, and one for all in a smaller", () => {
    assert.deepStrictEqual(boundsFor(4).places, [2, 1, 1, 1])
    assert.deepStrictEqual(boundsFor(1).places, [1, 1, 1, 1])
  })
})

describe("Places", () => {
  const { urgent, known, untried, failing } = Standing

  it("keep those of the better standings free of the worse", () => {
    const places = new Places([6, 5, 4, 2])
    const fill = (standing: number) => {
      let taken = 0
      for (; places.hasRoom(standing); taken++) places.take(standing)
      return taken
    }
    assert.deepStrictEqual([failing, untried, known, urgent].map(fill), [2, 2, 1, 1])
    places.giveBack(untried)
    assert.deepStrictEqual(
      [urgent, known, untried, failing].map((standing) => places.hasRoom(standing)),
      [true, true, true, false]
    )
  })

  it("let the better standings have all places of the worse, which then wait", () => {
    const places = new Places([6, 5, 4, 2])
    for (let n = 0; n < 5; n++) places.take(known)
    assert.deepStrictEqual(
      [urgent, known, untried, failing].map((standing) => places.hasRoom(standing)),
      [true, false, false, false]
    )
  })
})

describe("inTurns", () => {
  it("lets the families take turns, from that of the first on", () => {
    assert.deepStrictEqual(inTurns(["192.0.2.1", "192.0.2.2", "::1", "::2", "::3"]), [
      "192.0.2.1",
      "::1",
      "192.0.2.2",
      "::2",
      "::3"
    ])
    assert.deepStrictEqual(inTurns(["::1", "::2", "192.0.2.1"]), ["::1", "192.0.2.1", "::2"])
    assert.deepStrictEqual(inTurns(["192.0.2.1"]), ["192.0.2.1"])
    assert.deepStrictEqual(inTurns([]), [])
  })
})
