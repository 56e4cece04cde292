import { assert, describe, it } from "@effect/vitest"
import { type PlaceBounds, Places } from "../../src/admin/Places.ts"

/** Places for names, with the names that have lost theirs, in order. */
const crowd = (bounds: Partial<PlaceBounds> = {}) => {
  const places = new Places<string>({ most: 4, probes: 1, each: Infinity, ...bounds })
  const gone: Array<string> = []
  const enter = (names: string, address = "192.0.2.1") => {
    for (const name of names) {
      const displaced = places.enter(name, address)
      if (displaced !== undefined) gone.push(displaced)
    }
  }
  return { places, enter, gone }
}

describe("places for connections", () => {
  it("are for every new one: when all are taken, what has been idle for longest makes room", () => {
    const { enter, gone, places } = crowd()
    enter("abcdef")
    assert.deepStrictEqual(gone, ["a", "b"])
    assert.strictEqual(places.size, 4)
  })

  it("are kept longer by what is asking, and by what has asked since", () => {
    const { enter, gone, places } = crowd()
    enter("abcd")
    places.begin("a", false)
    places.begin("b", false)
    places.end("b")
    enter("ef")
    assert.deepStrictEqual(gone, ["c", "d"])
    enter("gh")
    assert.deepStrictEqual(gone, ["c", "d", "b", "e"], "a is still asking")
  })

  it("are lost by the oldest request where all are asking", () => {
    const { enter, gone, places } = crowd()
    enter("abcd")
    for (const name of "cabd") places.begin(name, false)
    enter("e")
    assert.deepStrictEqual(gone, ["c"])
  })

  it("have some that a crowd does not take from probes: the newest of theirs", () => {
    const { enter, gone, places } = crowd()
    enter("pq")
    for (const name of "pq") {
      places.begin(name, true)
      places.end(name)
    }
    enter("abcdefgh")
    assert.notInclude(gone, "q")
    assert.include(gone, "p", "one is kept, and not two")
  })

  it("are no more for probes when what had asked for one asks for something else", () => {
    const { enter, gone, places } = crowd()
    enter("p")
    places.begin("p", true)
    places.end("p")
    places.begin("p", false)
    places.end("p")
    enter("abcd")
    assert.deepStrictEqual(gone, ["p"])
  })

  it("go to a probe even where all are kept for probes", () => {
    const { enter, gone, places } = crowd({ most: 1 })
    enter("p")
    places.begin("p", true)
    places.end("p")
    enter("q")
    assert.deepStrictEqual(gone, ["p"])
    assert.strictEqual(places.size, 1)
  })

  it("are so many for an address, which makes room for itself beyond", () => {
    const { enter, gone, places } = crowd({ each: 2 })
    enter("ab", "192.0.2.1")
    enter("x", "192.0.2.2")
    enter("cd", "192.0.2.1")
    assert.deepStrictEqual(gone, ["a", "b"])
    assert.strictEqual(places.size, 3)
  })

  it("say how many requests are under way on one, and forget what is closed", () => {
    const { enter, places } = crowd()
    enter("a")
    assert.strictEqual(places.begin("a", false), 1)
    assert.strictEqual(places.begin("a", false), 2)
    places.leave("a")
    assert.strictEqual(places.begin("a", false), 0)
    places.end("a")
    assert.strictEqual(places.size, 0)
  })
})
