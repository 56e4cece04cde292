import { assert, describe, it } from "@effect/vitest"
import { Rehearsal } from "botswain/rehearsal"
import { Effect, Fiber, Layer, Redacted, Stream } from "effect"
import { AdminSettings } from "../../src/admin/AdminSettings.ts"
import type { FeedEvent } from "../../src/admin/api/FeedEvent.ts"
import { makeFeed } from "../../src/admin/feed.ts"
import { FleetHistory } from "../../src/admin/FleetHistory.ts"
import { LoopShare } from "../../src/admin/LoopShare.ts"
import { adminValues } from "../support/adminValues.ts"
import { joined, pass, withFleet } from "../support/fleet.ts"

const ground = Layer.mergeAll(
  FleetHistory.layer,
  LoopShare.layer,
  Layer.succeed(AdminSettings, adminValues({ token: Redacted.make("a-token") }))
)

/** Reads one server-sent event. */
const eventOf = (bytes: Uint8Array): FeedEvent => JSON.parse(new TextDecoder().decode(bytes).slice("data: ".length))

/** Makes a reader of the feed that reads only when it is told to. */
const reader = Effect.gen(function* () {
  const feed = yield* makeFeed
  const pull = yield* Stream.toPull(feed.events(yield* feed.register))
  /** Reads for so many milliseconds. */
  const read = Effect.fnUntraced(function* (millis: number) {
    const events: Array<FeedEvent> = []
    const reading = yield* Effect.forkChild(
      Effect.forever(Effect.map(pull, (chunk) => void events.push(...chunk.map(eventOf)))),
      {
        startImmediately: true
      }
    )
    yield* pass(millis)
    reading.interruptUnsafe()
    return events
  })
  return { read, feed }
})

const ids = Array.from({ length: 50 }, (_, id) => id)

/** Cuts all connections, again and again. */
const unrest = Effect.gen(function* () {
  const server = yield* Rehearsal
  for (let round = 0; round < 10; round++) {
    yield* server.cutAll()
    yield* pass("40 seconds")
  }
})

describe("the feed", () => {
  it.effect("is everything at first, then the changes of a quarter of a second, and each second the fleet", () =>
    Effect.gen(function* () {
      yield* joined(...ids)
      const { read } = yield* reader
      const server = yield* Rehearsal
      const [first, ...calm] = yield* read(2_100)
      assert.strictEqual(first?.type === "snapshot" && first.cells.length, 50)
      assert.deepStrictEqual(
        calm.map(({ type }) => type),
        ["tick", "tick"]
      )
      yield* server.refuseDials()
      yield* server.cut(7)
      const [change] = yield* read(250)
      assert.deepStrictEqual(change?.type === "cells" && change.cells, [[7, "retrying"]])
    }).pipe(Effect.scoped, Effect.provide(ground), withFleet())
  )

  it.effect("has in each tick the points that came since the last, when that is late", () =>
    Effect.gen(function* () {
      yield* joined(1)
      const { read } = yield* reader
      const at = new Set<number>()
      const readTicks = Effect.map(read(1_010), (events) => {
        for (const event of events) {
          if (event.type === "tick") for (const point of event.newest.seconds) at.add(point.at)
        }
      })
      // A reader that is always a little late, so that two points come between two of its ticks.
      for (let n = 0; n < 5; n++) yield* Effect.andThen(readTicks, pass(740))
      const seconds = [...at].toSorted((a, b) => a - b)
      assert.isAbove(seconds.length, 6)
      seconds.forEach((second, n) => assert.strictEqual(second, seconds[0]! + n * 1_000, "no hole"))
    }).pipe(Effect.scoped, Effect.provide(ground), withFleet())
  )

  it.effect("owes a reader that has stopped one entry a team, whatever has happened meanwhile", () =>
    Effect.gen(function* () {
      yield* joined(...ids)
      const { feed, read } = yield* reader
      yield* read(1)
      const { connects } = feed.fleetView().totals
      yield* unrest
      assert.isAtLeast(feed.fleetView().totals.connects, connects + 10 * ids.length)
      const [cells, tick, ...more] = yield* read(251)
      assert.deepStrictEqual(
        cells?.type === "cells" && cells.cells.toSorted(([a], [b]) => Number(a) - Number(b)),
        ids.map((id) => [id, "connected"] as const)
      )
      assert.strictEqual(tick?.type === "tick" && tick.fleet.teams.connected, 50)
      assert.deepStrictEqual(more, [], "nothing of what is past")
    }).pipe(Effect.scoped, Effect.provide(ground), withFleet())
  )

  it.effect("is everything anew for a reader that is too far behind", () =>
    Effect.gen(function* () {
      yield* joined(...ids)
      const feed = yield* makeFeed
      const reader = yield* feed.register
      const pull = yield* Stream.toPull(feed.events(reader))
      yield* pull
      reader.isBehind = true
      const next = yield* Effect.forkChild(pull, { startImmediately: true })
      yield* pass(250)
      const [event] = (yield* Fiber.join(next)).map(eventOf)
      assert.strictEqual(event?.type === "snapshot" && event.cells.length, 50)
      assert.isFalse(reader.isBehind)
    }).pipe(Effect.scoped, Effect.provide(ground), withFleet())
  )
})
