import { assert, describe, it } from "@effect/vitest"
import { Fleet, TeamRegistry } from "botswain"
import { Cut, Rehearsal } from "botswain/rehearsal"
import { Effect, Layer, Random } from "effect"
import { TeamReceiver } from "../../src/programs/team/TeamReceiver.ts"
import { lookEvery } from "../../src/services/dialing/Line.ts"
import { defaults } from "../../src/services/dialing/policy/DialPolicy.ts"
import { type HeldResource, LeakAudit } from "../../src/services/LeakAudit.ts"
import { type Connection, type Dial, type Receiver, Socket } from "../../src/services/Socket.ts"
import { eventually, fleetLayer, joined, pass, settle, stable, stateOf, withFleet } from "../support/fleet.ts"
import { logLines } from "../support/logLines.ts"
import { passOn } from "../support/passOn.ts"

/** When the handshakes of a team reached the server, in milliseconds of virtual time. */
const dialTimes = (team: number) =>
  Effect.gen(function* () {
    const { dials } = yield* (yield* Rehearsal).state
    return dials.recent.filter(({ target }) => typeof target === "object" && target.team === team).map(({ at }) => at)
  })

/** The defaults, and what dial control adds to a wait where it holds nobody back: a look at the asks, and one at the dials. Milliseconds. */
const base = 500
const cap = 10_000
const turns = 2 * lookEvery
/** A wait on the ladder is rounded to whole milliseconds. */
const rounding = 1

const gaps = (times: ReadonlyArray<number>) => times.slice(1).map((time, i) => time - (times[i] ?? 0))

describe("the ladder of a team", () => {
  it.effect("the first attempt after a join has no wait", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* eventually("Global is up", (state) => state.global.openSockets === 1)
      yield* rehearsal.join(1)
      yield* settle
      assert.strictEqual((yield* rehearsal.state).team(1).openSockets, 1)
    }).pipe(withFleet())
  )

  it.effect("after a drop it has a random wait in 0…base", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const ids = Array.from({ length: 100 }, (_, i) => i)
      yield* stable(...ids)
      yield* rehearsal.cutAll(Cut.Reset())
      yield* pass("250 millis")
      const registry = yield* TeamRegistry
      const half = registry.roster().filter(({ state }) => state._tag !== "Backoff").length
      assert.isAtLeast(half, 30)
      assert.isAtMost(half, 70)
      yield* pass(base + rounding + turns - 250)
      assert.strictEqual((yield* rehearsal.state).openSockets, 100)
    }).pipe(withFleet())
  )

  it.effect("wait n is base + random(0, base · 2^n), at most the cap; after ten failures the slow lane", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.refuseDials()
      yield* rehearsal.join(1)
      yield* pass("90 seconds")
      const waits = gaps(yield* dialTimes(1))
      assert.strictEqual(waits.length, 9, "ten attempts before the slow lane")
      waits.forEach((wait, n) => {
        assert.isAtLeast(wait, 500, `wait ${n}`)
        assert.isAtMost(wait, Math.min(cap, base + base * 2 ** n) + rounding, `wait ${n}`)
      })
      assert.strictEqual(yield* stateOf(1), "SlowRetry")
      assert.strictEqual((yield* (yield* Fleet).status).census.slowRetry, 1)
    }).pipe(withFleet())
  )

  it.effect("the slow lane tries every five minutes, half of it up or down, and never gives up", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.refuseDials()
      yield* rehearsal.join(1)
      yield* pass("100 minutes")
      const waits = gaps(yield* dialTimes(1)).slice(9)
      assert.isAtLeast(waits.length, 13)
      for (const wait of waits) {
        assert.isAtLeast(wait, 150_000)
        assert.isAtMost(wait, 450_000 + rounding)
      }
      assert.isAbove(Math.max(...waits) - Math.min(...waits), 60_000, "randomised")
      yield* rehearsal.acceptDials
      yield* eventually("connected", (state) => state.team(1).openSockets === 1, 460_000)
    }).pipe(withFleet())
  )

  const wakes = [
    ["a join", (rehearsal: Rehearsal["Service"]) => rehearsal.join(1)],
    ["an offer", (rehearsal: Rehearsal["Service"]) => rehearsal.offer(1)],
    ["a new Global connection", (rehearsal: Rehearsal["Service"]) => rehearsal.cutGlobal(Cut.Reset())]
  ] as const
  for (const [what, wake] of wakes) {
    it.effect(`${what} wakes a team in the slow lane at once`, () =>
      Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* rehearsal.configure({ replayJoins: false })
        yield* rehearsal.refuseDials()
        yield* rehearsal.join(1)
        yield* pass("2 minutes")
        assert.strictEqual(yield* stateOf(1), "SlowRetry")
        yield* rehearsal.acceptDials
        yield* wake(rehearsal)
        yield* eventually("connected", (state) => state.team(1).openSockets === 1, 1000)
      }).pipe(withFleet())
    )
  }

  it.effect("starts anew only after a connection has been up for the stable time", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1)
      for (let life = 0; life < 10; life++) {
        yield* pass("20 seconds")
        yield* rehearsal.cut(1, Cut.Reset())
        yield* eventually("back", (state) => state.team(1).openSockets === 1, cap + turns)
      }
      const state = (yield* TeamRegistry).find(1)?.state
      assert.strictEqual(state?._tag === "Open" ? state.failures : undefined, 9, "ten lives that were not stable")
    }).pipe(withFleet())
  )

  it.effect("never leads to the slow lane from connections that have held for some seconds", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1)
      for (let life = 0; life < 30; life++) {
        yield* pass("3 seconds")
        yield* rehearsal.cut(1, Cut.Reset())
        yield* eventually("back", (state) => state.team(1).openSockets === 1, cap + turns)
      }
    }).pipe(withFleet())
  )

  it.effect("leads there from those that the server closes right after opening", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1)
      for (let life = 0; life < 10; life++) {
        yield* pass("2 seconds")
        assert.isTrue(yield* rehearsal.cut(1, Cut.CloseFrame({ code: 4008 })))
        if (life < 9) yield* eventually("back", (state) => state.team(1).openSockets === 1, 2 * cap)
      }
      yield* pass(1)
      const state = (yield* TeamRegistry).find(1)?.state
      assert.deepInclude(state, {
        _tag: "SlowRetry",
        reason: "closed by the server with 4008 right after opening, 10 times: is another instance connected?"
      })
    }).pipe(withFleet())
  )

  it.effect("has started anew after a connection that was stable", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.refuseDials({ count: 8 })
      yield* rehearsal.join(1)
      yield* eventually("connected", (state) => state.team(1).openSockets === 1, 60_000)
      yield* pass("31 seconds")
      yield* rehearsal.cut(1, Cut.Reset())
      yield* eventually("back", (state) => state.team(1).openSockets === 1, base)
    }).pipe(withFleet())
  )
})

describe("protocol row 13: error then close, one or both", () => {
  const failures = [
    ["an HTTP status", (rehearsal: Rehearsal["Service"]) => rehearsal.refuseDials({ status: 500 }), 500],
    ["no answer", (rehearsal: Rehearsal["Service"]) => rehearsal.hangDials(), 10_000]
  ] as const
  for (const [what, fail, takes] of failures) {
    it.effect(`is one outcome: ${what} is one failed attempt, and one rung of the ladder`, () =>
      Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* fail(rehearsal)
        yield* rehearsal.join(1)
        yield* eventually("three attempts", (state) => state.dials.refused + state.dials.abandoned === 3, 60_000)
        yield* pass(1)
        const state = (yield* TeamRegistry).find(1)?.state
        assert.strictEqual(state?._tag === "Backoff" ? state.failures : undefined, 3)
        assert.strictEqual((yield* (yield* Fleet).status).totals.incidents["dial.failed"], 3)
        for (const gap of gaps(yield* dialTimes(1))) assert.isAtLeast(gap, takes)
      }).pipe(withFleet())
    )
  }
})

describe("a defect in the ladder of a team", () => {
  it.effect("is logged, and the team is tried again after the longest wait", () => {
    const { capture, lines } = logLines()
    let broken = false
    const chance: typeof Random.Random.Service = {
      nextIntUnsafe: () => 0,
      nextDoubleUnsafe: () => {
        if (broken) throw new Error("no chance")
        return 0.5
      }
    }
    return Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* stable(1)
      broken = true
      yield* rehearsal.cut(1, Cut.Reset())
      yield* pass(cap - 1)
      broken = false
      // Then the ladder is there again, and its first wait is half of the base: this chance is always a half. The budget
      // holds nobody back who comes alone.
      yield* pass(1 + base / 2 - 1)
      assert.strictEqual((yield* rehearsal.state).team(1).opens, 1)
      yield* pass(1)
      assert.strictEqual((yield* rehearsal.state).team(1).openSockets, 1)
      assert.strictEqual(lines.filter(({ level }) => level === "Error").length, 1)
    }).pipe(Effect.provide(fleetLayer()), Effect.provideService(Random.Random, chance), capture)
  })
})

describe("a defect in the end of a team's connection", () => {
  const withBrokenEnd = (connection: Connection): Connection => ({
    ...passOn(connection),
    closed: Effect.die("the end is broken")
  })
  const brokenEnds = Layer.effect(
    Socket,
    Effect.map(Socket, ({ connect }) => ({
      connect: (request: Dial, receiver: Receiver) =>
        Effect.map(connect(request, receiver), (connection) =>
          receiver instanceof TeamReceiver ? withBrokenEnd(connection) : connection
        )
    }))
  )
  const withBrokenEnds = <A, E, R>(test: (held: ReadonlyArray<HeldResource>) => Effect.Effect<A, E, R>) => {
    const held: Array<HeldResource> = []
    return test(held).pipe(
      Effect.provide(fleetLayer({}, brokenEnds)),
      Effect.provideService(LeakAudit, { add: (one) => void held.push(one) })
    )
  }

  it.effect("takes nothing from the tally: the connection has been lost", () =>
    withBrokenEnds(() =>
      Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* joined(1)
        yield* rehearsal.cut(1, Cut.Reset())
        yield* eventually("back", (state) => state.team(1).opens === 2)
        assert.strictEqual((yield* (yield* Fleet).status).totals.incidents["connection.dropped"], 1)
      })
    )
  )

  it.effect("leaves nothing of a team behind that has left", () =>
    withBrokenEnds((held) =>
      Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* joined(1)
        yield* rehearsal.leave(1)
        yield* pass("1 second")
        const holding = held.filter(({ count, until }) => until === "drained" && count() > 0)
        assert.sameDeepMembers(
          holding.map(({ count, what }) => [what, count()]),
          [
            ["peers that are watched", 1],
            ["Global connections in use", 1]
          ]
        )
      })
    )
  )
})

describe("the budgets of dials", () => {
  it.effect(
    "2,000 teams come up and come back, never more dials in flight than allowed, never two sockets of one",
    () =>
      Effect.gen(function* () {
        const rehearsal = yield* Rehearsal
        yield* rehearsal.delayDials("20 millis")
        const ids = Array.from({ length: 2000 }, (_, i) => i)
        yield* stable(...ids)
        yield* rehearsal.cutAll(Cut.Reset())
        const state = yield* eventually("all back", (state) => state.openSockets === 2000, 6000)
        assert.isAtMost(state.dials.maxInFlight, 64)
        assert.strictEqual(state.maxSocketsOfOneTeam, 1)
        assert.strictEqual(state.dials.refused, 0)
        const times = state.dials.recent.map(({ at }) => at).sort((a, b) => a - b)
        times.forEach((time, i) => {
          const before = times[i - 526]
          if (before !== undefined) assert.isAtLeast(time - before, 1000, "526 dials within a second")
        })
      }).pipe(withFleet({ maxDials: 64, dialRate: 500 }))
  )

  it.effect("teams whose dials hang do not hold up a team that joins", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const hanging = Array.from({ length: 300 }, (_, i) => i)
      yield* eventually("Global is up", (state) => state.global.openSockets === 1)
      for (const id of hanging) {
        yield* rehearsal.hangDials({ of: { team: id } })
        yield* rehearsal.join(id)
      }
      // Long enough for each to have failed once, so that all of them draw on the budget of the failing.
      yield* pass("2 minutes")
      yield* rehearsal.join(1000)
      // Nothing is known of it, where of the others it is known that they fail: every other canary is of the likeliest.
      yield* pass(2 * defaults.canaryMax + turns)
      assert.strictEqual((yield* rehearsal.state).team(1000).openSockets, 1)
    }).pipe(withFleet())
  )
})
