import { assert, describe, it } from "@effect/vitest"
import { Fleet, Stats } from "botswain"
import { ClientMachine, Cut, NameAnswer, Rehearsal } from "botswain/rehearsal"
import { Effect, Layer } from "effect"
import { eventually, pass, stateOf, withFleet } from "../support/fleet.ts"
import { areBackWithin, areUpWithin, joinAll, range, WeatherTime } from "./Weather.ts"

const virtualTime = Layer.succeed(WeatherTime, {
  pass,
  within: (millis, what, predicate) => eventually(what, predicate, millis)
})

const names = 61
const teams = range(0, names)
const healthy = teams.slice(-1)

describe("names that hang, in virtual time", () => {
  it.effect("60 of them keep neither Global nor a healthy team from being back within three seconds", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const machine = yield* ClientMachine
      for (const id of range(0, names - 1)) {
        yield* machine.answerNames(NameAnswer.Never(), { host: `h${id}.rehearsal.test` })
      }
      yield* joinAll(teams)
      yield* areUpWithin(3_000, healthy)
      yield* areBackWithin(3_000, healthy)
      yield* rehearsal.cutGlobal(Cut.Reset())
      yield* eventually("Global is back", (state) => state.global.openSockets === 1, 3_000)
    }).pipe(Effect.provide(virtualTime), withFleet({}, { hosts: names, resolves: true }))
  )

  it.effect("a team that waits for one is not in flight, says so, and its host is not to blame", () =>
    Effect.gen(function* () {
      const machine = yield* ClientMachine
      const rehearsal = yield* Rehearsal
      yield* eventually("Global is up", (state) => state.global.openSockets === 1)
      yield* machine.answerNames(NameAnswer.Never(), { host: "rehearsal.test" })
      yield* joinAll(range(1, 100))
      yield* pass("5 seconds")
      assert.strictEqual(yield* stateOf(1), "Waiting")
      assert.strictEqual((yield* rehearsal.state).dials.total, 1)
      yield* pass("1 minute")
      const { incidents } = (yield* (yield* Fleet).status).totals
      assert.strictEqual(incidents["circuit.opened"], undefined)
      yield* machine.answerNames(NameAnswer.Found(), { host: "rehearsal.test" })
      // A look-up that began before hangs for ten seconds yet, and then there is the longest wait.
      yield* areUpWithin(21_000, range(1, 100))
    }).pipe(Effect.provide(virtualTime), withFleet({}, { resolves: true }))
  )

  it.effect("400 teams on a name that takes 400 ms are up within three seconds", () =>
    Effect.gen(function* () {
      const machine = yield* ClientMachine
      yield* eventually("Global is up", (state) => state.global.openSockets === 1)
      yield* machine.answerNames(NameAnswer.Slow({ by: "400 millis" }), { host: "rehearsal.test" })
      yield* joinAll(range(1, 400))
      yield* areUpWithin(3_000, range(1, 400))
    }).pipe(Effect.provide(virtualTime), withFleet({}, { resolves: true }))
  )
})

describe("descriptors that run out, in virtual time", () => {
  it.effect("no team and no host has failed: the others stay up, and those that wait come up when there is room", () =>
    Effect.gen(function* () {
      const machine = yield* ClientMachine
      const all = range(1, 300)
      yield* eventually("Global is up", (state) => state.global.openSockets === 1)
      yield* machine.limitSockets(100)
      yield* joinAll(all)
      yield* eventually("as many as there is room for are up", (state) => state.connectedTeams === 99, 5_000)
      yield* pass("1 minute")
      const { census, totals } = yield* (yield* Fleet).status
      assert.deepInclude(census, { connected: 99, failing: 0, slowRetry: 0 })
      assert.deepStrictEqual(
        [totals.incidents["dial.failed"], totals.incidents["circuit.opened"]],
        [undefined, undefined]
      )
      assert.strictEqual((yield* (yield* Stats).totals).incidents["connection.dropped"], undefined)
      yield* machine.limitSockets(Infinity)
      yield* areUpWithin(3_000, all)
    }).pipe(Effect.provide(virtualTime), withFleet())
  )
})
