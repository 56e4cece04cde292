import { assert, describe, it } from "@effect/vitest"
import { FlightRecorder, TeamRegistry } from "botswain"
import { Cut, Rehearsal } from "botswain/rehearsal"
import { Effect, Layer } from "effect"
import { mostEntries, mostText } from "../../src/observe/FlightRecording.ts"
import type { Transition } from "../../src/services/TeamRegistry.ts"
import { TeamState } from "../../src/services/TeamState.ts"
import { eventually, joined, pass, stable, withFleet } from "../support/fleet.ts"
import { registryOf, teamOf } from "../support/registries.ts"

const flightOf = (id: number) =>
  FlightRecorder.use((recorder) => Effect.fromNullishOr(recorder.flight(id))).pipe(Effect.orDie)

describe("the flight recorder", () => {
  it.effect("keeps each step of a team's way up, with its attempt and time", () =>
    Effect.gen(function* () {
      yield* joined(1)
      const { dropped, entries } = yield* flightOf(1)
      assert.deepStrictEqual(
        entries.map(({ attempt, from, to }) => [from, to, attempt]),
        [
          ["Departed", "Waiting", 1],
          ["Waiting", "Asking", 1],
          ["Asking", "Dialing", 1],
          ["Dialing", "Open", 1]
        ]
      )
      assert.strictEqual(dropped, 0)
    }).pipe(withFleet())
  )

  it.effect("keeps why a connection was lost, its close code, how long it lived, and the wait with its rule", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* stable(1)
      yield* rehearsal.refuseDials({ count: 1 })
      yield* rehearsal.cut(1, Cut.CloseFrame({ code: 4321 }))
      yield* eventually("back", (state) => state.team(1).openSockets === 1 && state.team(1).opens === 2)
      const waits = (yield* flightOf(1)).entries.filter(({ wait }) => wait !== undefined)
      assert.strictEqual(waits.length, 2)
      const [lost, refused] = waits
      assert.deepInclude(lost, { from: "Open", to: "Backoff", code: 4321, rule: "stable" })
      assert.isAtLeast(lost?.lived ?? 0, 30_000)
      assert.isAtMost(lost?.wait ?? Infinity, 500)
      assert.deepInclude(refused, { from: "Dialing", to: "Backoff", code: undefined, rule: "ladder", attempt: 1 })
      assert.isAtLeast(refused?.wait ?? 0, 500)
      assert.match(refused?.cause ?? "", /503/)
    }).pipe(withFleet())
  )

  it.effect("keeps the last ones only, and not much text", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.refuseDials()
      yield* rehearsal.join(1)
      yield* pass("2 hours")
      const { dropped, entries } = yield* flightOf(1)
      assert.isAtMost(entries.length, mostEntries)
      assert.isAbove(dropped, 20)
      const text = entries.reduce((sum, { cause, origin }) => sum + (cause?.length ?? 0) + (origin?.length ?? 0), 0)
      assert.isAtMost(text, mostText)
      assert.strictEqual(entries.at(-1)?.to, "SlowRetry")
      assert.strictEqual(entries.at(-1)?.rule, "slow lane")
    }).pipe(withFleet())
  )

  it.effect("keeps no more text than that, however much each transition brings", () =>
    Effect.gen(function* () {
      const team = teamOf(1, TeamState.Waiting({ failures: 0 }))
      const observers: Array<(transition: Transition) => void> = []
      const registry = registryOf({
        find: () => team,
        roster: () => [team],
        observe: (observer) => Effect.sync(() => void observers.push(observer))
      })
      const recorder = yield* FlightRecorder.pipe(Effect.provide(Layer.provide(FlightRecorder.layer, registry)))
      const to = TeamState.Backoff({ failures: 1, until: 0, reason: "why? ".repeat(1_000), wake: () => {} })
      for (let at = 0; at < 64; at++) {
        for (const observe of observers) observe({ team, id: 1, generation: 1, from: team.state, to, at })
      }
      const { dropped, entries } = recorder.flight(1) ?? { dropped: 0, entries: [] }
      const lengths = entries.map(({ cause }) => cause?.length ?? 0)
      assert.isAtMost(Math.max(...lengths), 200)
      const text = lengths.reduce((sum, length) => sum + length, 0)
      assert.isAtMost(text, mostText)
      assert.isAbove(text, mostText / 2)
      assert.isBelow(entries.length, mostEntries)
      assert.deepStrictEqual([entries.at(-1)?.at, dropped], [63, 64 - entries.length])
    })
  )

  it.effect("loses none where a reader of the changes would", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const ids = Array.from({ length: 600 }, (_, i) => i)
      for (const id of ids) yield* rehearsal.join(id)
      yield* eventually("up", (state) => state.openSockets === ids.length)
      for (const id of ids) assert.strictEqual((yield* flightOf(id)).entries.length, 4, `team ${id}`)
    }).pipe(withFleet())
  )

  it.effect("tells a leave and a re-join apart, and forgets the team that the registry forgets", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1, 2)
      yield* rehearsal.leave(1)
      yield* pass("1 second")
      const { entries } = yield* flightOf(1)
      assert.deepStrictEqual(
        entries.slice(-2).map(({ cause, to }) => [to, cause]),
        [
          ["Draining", "the team has left"],
          ["Departed", undefined]
        ]
      )
      yield* rehearsal.leave(2)
      yield* pass("1 second")
      assert.isUndefined((yield* FlightRecorder).flight(1))
    }).pipe(withFleet({ rememberDeparted: 1 }))
  )
})

describe("a restart", () => {
  it.effect("gives a team a new connection, and says who asked for it", () =>
    Effect.gen(function* () {
      const registry = yield* TeamRegistry
      yield* joined(1)
      assert.isTrue(yield* registry.restart(1, "somebody asked"))
      yield* eventually("again", (state) => state.team(1).opens === 2 && state.team(1).openSockets === 1)
      const { entries } = yield* flightOf(1)
      assert.strictEqual(entries.find(({ to }) => to === "Draining")?.cause, "somebody asked")
      assert.strictEqual(entries.at(-1)?.to, "Open")
    }).pipe(withFleet())
  )

  it.effect("takes a team out of the slow lane, with no failure behind it", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const registry = yield* TeamRegistry
      yield* rehearsal.refuseDials()
      yield* rehearsal.join(1)
      yield* pass("2 minutes")
      assert.strictEqual(registry.find(1)?.state._tag, "SlowRetry")
      yield* rehearsal.acceptDials
      assert.isTrue(yield* registry.restart(1, "somebody asked"))
      yield* eventually("up", (state) => state.team(1).openSockets === 1, 1000)
    }).pipe(withFleet())
  )

  it.effect("is nothing for a team that is not wanted", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const registry = yield* TeamRegistry
      yield* joined(1)
      yield* rehearsal.leave(1)
      yield* pass("1 second")
      assert.isFalse(yield* registry.restart(1, "somebody asked"))
      assert.isFalse(yield* registry.restart(99, "somebody asked"))
    }).pipe(withFleet())
  )
})
