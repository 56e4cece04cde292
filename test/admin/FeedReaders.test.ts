import { assert, describe, it } from "@effect/vitest"
import { Deferred } from "effect"
import { FeedReaders, mostReaders, type Reader } from "../../src/admin/FeedReaders.ts"

/** Readers up to the limit, each a millisecond after the one before. */
const full = () => {
  const readers = new FeedReaders()
  return { readers, all: Array.from({ length: mostReaders }, (_, at) => readers.add(at)) }
}

const isDisplaced = ({ displaced }: Reader) => Deferred.isDoneUnsafe(displaced)
const displacedOf = (all: ReadonlyArray<Reader>) => all.flatMap((reader, index) => (isDisplaced(reader) ? [index] : []))

describe("readers of the feed", () => {
  it("are so many and no more: the one that has been there for longest makes room", () => {
    const { all, readers } = full()
    assert.deepStrictEqual(displacedOf(all), [])
    const added = readers.add(100)
    assert.deepStrictEqual(displacedOf(all), [0])
    assert.isFalse(isDisplaced(added))
    assert.strictEqual(readers.size, mostReaders)
  })

  it("lose their place first where they have stopped reading, the first of them first", () => {
    const { all, readers } = full()
    all[9]!.givenAt = 500
    all[5]!.givenAt = 400
    all[7]!.givenAt = 9_500
    readers.add(10_000)
    assert.deepStrictEqual(displacedOf(all), [5])
    readers.add(10_000)
    readers.add(10_000)
    assert.deepStrictEqual(displacedOf(all), [0, 5, 9], "what was given a moment ago may yet be read")
  })

  it("make room by going, too", () => {
    const { all, readers } = full()
    readers.remove(all[3]!)
    readers.add(100)
    assert.deepStrictEqual(displacedOf(all), [])
  })

  it("are owed no more teams than there may be, and everything anew beyond", () => {
    const { all, readers } = full()
    for (let id = 0; id < 65_536; id++) readers.note(id)
    assert.strictEqual(all[0]!.changed.size, 65_536)
    assert.isFalse(all[0]!.isBehind)
    for (let id = 0; id < 10; id++) readers.note(`one more ${id}`)
    assert.strictEqual(all[0]!.changed.size, 0)
    assert.isTrue(all[0]!.isBehind)
  })

  it("hear of a change once, however often a team changes", () => {
    const { all, readers } = full()
    for (let count = 0; count < 10; count++) readers.note(7)
    assert.deepStrictEqual(Array.from(all[0]!.changed), [7])
  })
})
