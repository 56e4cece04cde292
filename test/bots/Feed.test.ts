import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { defaultBounds } from "../../src/bots/bounds.ts"
import { Feed } from "../../src/bots/Feed.ts"
import type { Report } from "../../src/bots/protocol.ts"
import { Prng } from "../../src/simulation/Prng.ts"

const bounds = { ...defaultBounds, messages: 20, perTeam: 4, characters: 100 }

const report = (counts: Partial<Report>): Report => ({
  _tag: "Report",
  done: 0,
  failed: 0,
  overflow: 0,
  characters: 0,
  said: [],
  leftOut: 0,
  ...counts
})

const isBalanced = (feed: Feed) => {
  const { failed, handled, lost, offered, overflow } = feed.counts
  assert.strictEqual(handled + failed + overflow + lost + feed.held, offered)
}

describe("a feed", () => {
  it('gives messages in order, and tells teams 1 and "1" apart', () => {
    const feed = new Feed(bounds)
    feed.offer(1, "a", 10)
    feed.offer("1", "b", 11)
    assert.deepStrictEqual(feed.take(), [1, "a", 10, "1", "b", 11])
    assert.deepStrictEqual([feed.waiting, feed.held], [0, 2])
  })

  it("drops what is too much for one team, for all of them, and in characters", () => {
    const ofTeam = new Feed(bounds)
    assert.deepStrictEqual(
      [1, 2, 3, 4, 5].map((n) => ofTeam.offer("a", `${n}`, 0)),
      [true, true, true, true, false]
    )
    assert.isTrue(ofTeam.offer("b", "x", 0))

    const ofAll = new Feed(bounds)
    for (let n = 0; n < 20; n++) assert.isTrue(ofAll.offer(n, "x", 0))
    assert.isFalse(ofAll.offer("last", "x", 0))
    ofAll.take()
    assert.isFalse(ofAll.offer("last", "x", 0), "what the bot has takes room too")
    ofAll.settle(report({ done: 1, characters: 1 }))
    assert.isTrue(ofAll.offer("last", "x", 0))

    const inCharacters = new Feed(bounds)
    assert.isTrue(inCharacters.offer("a", "x".repeat(100), 0))
    assert.isFalse(inCharacters.offer("b", "x", 0))
    assert.deepInclude(inCharacters.counts, { offered: 2, overflow: 1 })
    const alone = new Feed(bounds)
    assert.isTrue(alone.offer("a", "x".repeat(1000), 0), "one that is longer than all may be, where none is held")
    assert.isFalse(alone.offer("b", "x", 0))
  })

  it("gives no more in one turn than a turn should carry", () => {
    const feed = new Feed({ ...bounds, batch: 3, batchCharacters: 10 })
    for (const text of ["a", "b", "c", "d", "long-long-long", "e"]) feed.offer(text, text, 0)
    const batches = Array.from({ length: 4 }, () => feed.take().filter((_, at) => at % 3 === 1))
    assert.deepStrictEqual(batches, [["a", "b", "c"], ["d"], ["long-long-long"], ["e"]])
    assert.isTrue(feed.offer("a", "again", 0))
  })

  it("counts what is told, and takes no report of more than was given", () => {
    const feed = new Feed(bounds)
    for (let n = 0; n < 5; n++) feed.offer(n, "x", 0)
    feed.take()
    assert.isFalse(feed.settle(report({ done: 6 })))
    assert.isFalse(feed.settle(report({ done: 2, failed: 2, overflow: 1 })))
    assert.deepInclude(feed.counts, { handled: 0, failed: 0 })
    assert.isTrue(feed.settle(report({ done: 4, failed: 1, overflow: 1 })))
    assert.strictEqual(feed.loseGiven(), 1)
    assert.deepStrictEqual(feed.counts, { offered: 5, handled: 2, failed: 1, overflow: 1, lost: 1 })
  })

  it.effect("keeps account of every message, whatever happens in whatever order", () =>
    Effect.gen(function* () {
      const prng = yield* Prng.make
      const feed = new Feed({ ...bounds, batch: 5 })
      for (let step = 0; step < 20_000; step++) {
        const chance = prng.int(0, 99)
        if (chance < 70) feed.offer(prng.int(1, 8), "x".repeat(prng.int(0, 11)), 0)
        else if (chance < 85) feed.take()
        else if (chance < 98) {
          const done = prng.int(0, 5)
          const failed = prng.int(0, done)
          feed.settle(report({ done, failed, overflow: prng.int(0, done - failed), characters: done * 5 }))
        } else feed.loseGiven()
        isBalanced(feed)
        assert.isAtMost(feed.held, bounds.messages)
      }
      feed.loseAll()
      assert.strictEqual(feed.held, 0)
      isBalanced(feed)
    })
  )
})
