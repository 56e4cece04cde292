import { once } from "node:events"
import { connect } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { Cut } from "botswain/rehearsal"
import { Duration, Effect } from "effect"
import { adminFleet, ids, joined, until } from "../support/adminFleet.ts"
import { readEvents } from "../support/readEvents.ts"

describe("/api/events", () => {
  it.live("begins with everything, and tells a change within a second", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet()
      const server = yield* joined(fleet, ids)
      const events = yield* readEvents(`${fleet.origin}/api/events`)
      const first = yield* events.next(() => true)
      assert.strictEqual(first.type, "snapshot")
      assert.strictEqual(first.cells.length, 10)
      yield* server.refuseDials()
      yield* server.cut(4)
      const told = events.next(({ cells, type }) => type === "cells" && cells.some(([id]: [unknown]) => id === 4))
      const [took] = yield* Effect.timed(told)
      assert.isBelow(Duration.toMillis(took), 1_000)
      const tick = yield* events.next(({ trouble, type }) => type === "tick" && trouble.teams.length === 1)
      assert.strictEqual(tick.trouble.teams[0].id, 4)
      assert.strictEqual(tick.fleet.teams.connected, 9)
    }).pipe(Effect.scoped)
  )

  it.live("a reader that stops reading holds up nobody, is not kept in store for, and finds the newest", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet({}, { stableAfter: "1 milli" })
      // Long enough, at three bytes a character, that what happens in seconds is more than what sockets hold by themselves.
      const many = Array.from({ length: 200 }, (_, id) => `${id} ${"☸".repeat(1_000)}`)
      const server = yield* joined(fleet, many)
      const live = yield* readEvents(`${fleet.origin}/api/events`)
      yield* Effect.forkScoped(Effect.forever(live.next(() => true)))
      const { hostname, port } = new URL(fleet.origin)
      const stalled = connect(Number(port), hostname)
      stalled.write(`GET /api/events HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`)
      stalled.pause()
      let rounds = 0
      for (; live.heard().length < 5_000_000; rounds++) {
        yield* server.cutAll(Cut.End())
        yield* server.awaitState((state) =>
          many.every((id) => state.team(id).opens > rounds + 1 && state.team(id).openSockets === 1)
        )
      }
      const { teams, totals } = yield* fleet.json("/api/fleet")
      assert.strictEqual(teams.connected, many.length)

      let read = ""
      stalled.on("data", (chunk) => (read += String(chunk)))
      stalled.resume()
      const newest = yield* until(
        Effect.sync(() => /.*"totals":\{"messages":\d+,"props":\d+,"connects":(\d+)/s.exec(read)?.[1]),
        (connects) => Number(connects) >= many.length * (rounds + 1)
      )
      assert.strictEqual(Number(newest), totals.connects)
      assert.isBelow(read.length, live.heard().length / 2, "what it did not read was not kept")
      stalled.destroy()
    }).pipe(Effect.scoped)
  )

  it.live("takes one more reader in the place of one that has stopped reading, or has been there for longest", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet()
      const { hostname, port } = new URL(fleet.origin)
      const eldest = yield* readEvents(`${fleet.origin}/api/events`)
      for (let count = 1; count < 32; count++) {
        const paused = connect(Number(port), hostname).on("error", () => {})
        paused.write(`GET /api/events HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`)
        yield* Effect.promise(() => once(paused, "readable"))
        yield* Effect.addFinalizer(() => Effect.sync(() => paused.destroy()))
      }
      const operator = yield* readEvents(`${fleet.origin}/api/events`)
      assert.strictEqual((yield* operator.next(() => true)).type, "snapshot")
      yield* eldest.next(({ type }) => type === "displaced")
      yield* operator.next(({ type }) => type === "tick")
    }).pipe(Effect.scoped)
  )
})
