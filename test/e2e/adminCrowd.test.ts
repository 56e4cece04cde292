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

  it.live("takes no place of a probe that asks again and again on one connection", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet()
      const { hostname, port } = new URL(fleet.origin)
      const probe = connect(Number(port), hostname).on("error", () => {})
      let answers = 0
      probe.on("data", (data) => (answers += String(data).split("200 OK").length - 1))
      for (const times of [1, 2, 3]) {
        probe.write(`GET /healthz HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`)
        yield* until(
          Effect.sync(() => answers),
          (count) => count === times
        )
        yield* halfSent(fleet.origin, 300)
      }
      assert.isFalse(probe.destroyed)
      probe.destroy()
    }).pipe(Effect.scoped)
  )

  it.live("of one address costs no other its places, where other computers can ask", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet({ host: "0.0.0.0", loopback: false })
      const others = yield* halfSent(fleet.origin, 10, "127.0.0.2")
      const crowd = yield* halfSent(fleet.origin, 300, "127.0.0.3")
      yield* until(closedOf(crowd), (closed) => closed >= 300 - 64)
      assert.strictEqual(yield* closedOf(others), 0)
    }).pipe(Effect.scoped)
  )

  it.live("loses who asks for many things at once, and does not wait for an answer", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet()
      const { hostname, port } = new URL(fleet.origin)
      const greedy = connect(Number(port), hostname).on("error", () => {})
      let answers = 0
      greedy.on("data", (data) => (answers += String(data).split("HTTP/1.1 ").length - 1))
      greedy.write(`GET /api/teams?limit=500 HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`.repeat(1_000))
      yield* until(closedOf([greedy]), (closed) => closed === 1)
      assert.isBelow(answers, 10)
      assert.strictEqual((yield* fleet.get("/healthz")).status, 200)
    }).pipe(Effect.scoped)
  )

  it.live("loses who asks for another protocol", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet()
      const { hostname, port } = new URL(fleet.origin)
      const upgrading = connect(Number(port), hostname).on("error", () => {})
      upgrading.write(
        `GET /api/events HTTP/1.1\r\nHost: ${hostname}\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n`
      )
      upgrading.resume()
      yield* until(closedOf([upgrading]), (closed) => closed === 1)
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

  it.live("is gone within five seconds, also with nothing sent, or nothing more; the feed stays", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet()
      const feed = yield* readEvents(`${fleet.origin}/api/events`)
      const crowd = yield* halfSent(fleet.origin, 20)
      const { hostname, port } = new URL(fleet.origin)
      const mute = connect(Number(port), hostname).on("error", () => {})
      mute.resume()
      const idle = connect(Number(port), hostname).on("error", () => {})
      idle.write(`GET /healthz HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`)
      idle.resume()
      const [took] = yield* Effect.timed(until(closedOf([...crowd, mute, idle]), (closed) => closed === 22))
      assert.isBelow(Duration.toMillis(took), 5_500)
      yield* Effect.sleep("1 second")
      yield* feed.next(({ type }) => type === "tick")
    }).pipe(Effect.scoped)
  )
})
