import { connect, type Socket } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { adminFleet, until } from "../support/adminFleet.ts"
import { halfSent } from "../support/halfSent.ts"
import { readEvents } from "../support/readEvents.ts"

const closedOf = (sockets: ReadonlyArray<Socket>) => Effect.sync(() => sockets.filter(({ closed }) => closed).length)

describe("a crowd of connections", () => {
  it.live("that send half of a request keeps no probe and no operator out, and ends no feed", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet()
      const feed = yield* readEvents(`${fleet.origin}/api/events`)
      yield* feed.next(() => true)
      yield* halfSent(fleet.origin, 300)
      for (const path of ["/healthz", "/api/fleet", "/"]) {
        const [took, { status }] = yield* Effect.timed(fleet.get(path))
        assert.strictEqual(status, 200, path)
        assert.isBelow(Duration.toMillis(took), 1_000, path)
      }
      yield* feed.next(({ type }) => type === "tick")
    }).pipe(Effect.scoped)
  )

  it.live("loses the oldest first", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet()
      const old = yield* halfSent(fleet.origin, 100)
      const young = yield* halfSent(fleet.origin, 200)
      yield* until(closedOf(old), (closed) => closed >= 44)
      assert.strictEqual(yield* closedOf(young), 0)
    }).pipe(Effect.scoped)
  )

  it.live("is gone within five seconds, also with nothing sent; the feed stays", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet()
      const feed = yield* readEvents(`${fleet.origin}/api/events`)
      const crowd = yield* halfSent(fleet.origin, 20)
      const { hostname, port } = new URL(fleet.origin)
      const mute = connect(Number(port), hostname).on("error", () => {})
      mute.resume()
      const [took] = yield* Effect.timed(until(closedOf([...crowd, mute]), (closed) => closed === 21))
      assert.isBelow(Duration.toMillis(took), 5_500)
      yield* Effect.sleep("1 second")
      yield* feed.next(({ type }) => type === "tick")
    }).pipe(Effect.scoped)
  )
})
