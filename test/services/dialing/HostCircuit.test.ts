import { assert, describe, it } from "@effect/vitest"
import { Clock, Data, Deferred, Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import * as StatsMemory from "../../../src/layers/StatsMemory.ts"
import type { Pass } from "../../../src/services/dialing/Circuit.ts"
import type { Lane } from "../../../src/services/dialing/Gate.ts"
import { FewestFailing, HostCircuit } from "../../../src/services/dialing/HostCircuit.ts"
import { failuresForOne } from "../../../src/services/dialing/Ramp.ts"
import { LogThrottle } from "../../../src/services/LogThrottle.ts"
import { Stats } from "../../../src/services/Stats.ts"
import { TeamRegistry } from "../../../src/services/TeamRegistry.ts"
import type { TeamId } from "../../../src/wire/TeamId.ts"
import { HandClock } from "../../support/handClock.ts"
import { endpointOf, settings } from "../../support/settings.ts"
import { stepByStep } from "../../support/turns.ts"

class Refused extends Data.TaggedError("Refused") {}

const host = endpointOf("ws://chat.example/1")
const otherHost = endpointOf("ws://other.example/1")

/** A circuit that opens at five teams, and the teams that it has woken. */
const circuit = <A, E, R>(test: (woken: Array<TeamId>) => Effect.Effect<A, E, R>) => {
  const woken: Array<TeamId> = []
  const registry = Layer.mock(TeamRegistry, {
    wake: (id) => Effect.sync(() => void woken.push(id)),
    enter: () => undefined,
    find: () => undefined,
    roster: () => []
  })
  return test(woken).pipe(
    Effect.provide(
      HostCircuit.layer.pipe(
        Layer.provide([registry, LogThrottle.layer, settings(), Layer.succeed(FewestFailing, 5)]),
        Layer.provideMerge(StatsMemory.layer)
      )
    )
  )
}

const fail = (teams: ReadonlyArray<TeamId>, at = host) =>
  HostCircuit.use(({ watch }) =>
    Effect.forEach(teams, (team) => Effect.ignore(watch(team, at)(Effect.fail(new Refused()))))
  )

/** Connects a team. */
const connect = Effect.fnUntraced(function* (team: TeamId, at = host, canaryOf?: typeof host) {
  const { lost, watch } = yield* HostCircuit
  yield* watch(team, at, canaryOf)(Effect.void)
  return { hangUp: lost(team) }
})

const isOpen = HostCircuit.use(({ admits }) => Effect.sync(() => !admits(host)))

/** Waits in a fiber, and notes what it may begin. */
const wait = Effect.fnUntraced(function* (name: string, log: Array<string>, lane: Lane = "healthy", at = host) {
  const { awaitPass } = yield* HostCircuit
  const note = (pass: Pass) => Effect.sync(() => void log.push(`${name}: ${pass}`))
  return yield* Effect.forkChild(Effect.tap(awaitPass(at, lane), note), { startImmediately: true })
})

const waitAll = (names: ReadonlyArray<string>, log: Array<string>, lane: Lane = "healthy") =>
  Effect.forEach(names, (name) => wait(name, log, lane))

const five = [1, 2, 3, 4, 5]

const many = (count: number) => Array.from({ length: count }, (_, n) => `team ${n}`)

describe("the circuit of a host opens", () => {
  it.effect("when enough distinct teams fail, and not before", () =>
    circuit(() =>
      Effect.gen(function* () {
        yield* fail([1, 2, 3, 4])
        assert.isFalse(yield* isOpen)
        yield* fail([5])
        assert.isTrue(yield* isOpen)
        assert.strictEqual((yield* (yield* Stats).totals).incidents["circuit.opened"], 1)
      })
    )
  )

  it.effect("not for one team, however often it fails", () =>
    circuit(() =>
      Effect.gen(function* () {
        for (let n = 0; n < 1000; n++) yield* fail([1])
        assert.isFalse(yield* isOpen)
      })
    )
  )

  it.effect("not while as many are connected: a stable fleet does not mind newcomers that fail", () =>
    circuit(() =>
      Effect.gen(function* () {
        for (let team = 100; team < 106; team++) yield* connect(team)
        yield* fail([1, 2, 3, 4, 5, 6])
        assert.isFalse(yield* isOpen)
        yield* fail([7])
        assert.isTrue(yield* isOpen)
      })
    )
  )

  it.effect("where connections that were lost do not count any more", () =>
    circuit(() =>
      Effect.gen(function* () {
        for (let team = 100; team < 110; team++) yield* (yield* connect(team)).hangUp
        yield* fail(five)
        assert.isTrue(yield* isOpen)
      })
    )
  )

  it.effect("for that host and port alone", () =>
    circuit(() =>
      Effect.gen(function* () {
        yield* fail(five)
        const { admits } = yield* HostCircuit
        assert.isTrue(admits(otherHost))
        assert.isTrue(admits(endpointOf("ws://chat.example:8080/1")))
        assert.isFalse(admits(endpointOf("ws://chat.example/another/path")))
      })
    )
  )

  it.effect("not for teams that have failed elsewhere since, or have left", () =>
    circuit(() =>
      Effect.gen(function* () {
        yield* fail([1, 2])
        yield* fail([1], otherHost)
        yield* HostCircuit.use(({ forget }) => forget(2))
        yield* fail([3, 4, 5])
        assert.isFalse(yield* isOpen)
        yield* fail([1, 2])
        assert.isTrue(yield* isOpen)
      })
    )
  )
})

describe("while it is open", () => {
  it.effect("one team a second is the canary, the first at once", () =>
    circuit(() =>
      Effect.gen(function* () {
        const log: Array<string> = []
        yield* fail(five)
        yield* waitAll(["a", "b", "c"], log)
        for (const dialled of [1, 2, 3]) {
          yield* TestClock.adjust(10)
          assert.strictEqual(log.length, dialled)
          yield* TestClock.adjust(980)
          assert.strictEqual(log.length, dialled)
          yield* TestClock.adjust(10)
        }
        assert.isTrue(log.every((line) => line.endsWith("canary")))
      })
    )
  )

  it.effect("a wall clock that is set back stops no canary", () =>
    Effect.gen(function* () {
      const clock = new HandClock()
      const log: Array<string> = []
      yield* circuit(() =>
        Effect.gen(function* () {
          yield* fail(five)
          yield* waitAll(["a", "b", "c"], log)
          yield* clock.pass("100 millis", 10)
          clock.stepBack("1 hour")
          yield* clock.pass("3 seconds", 10)
        })
      ).pipe(Effect.provideService(Clock.Clock, clock))
      assert.strictEqual(log.length, 3)
    })
  )

  it.effect("those that have not failed go first, of those the newest; those that have failed take turns", () =>
    circuit(() =>
      Effect.gen(function* () {
        const log: Array<string> = []
        yield* fail(five)
        yield* waitAll(["failing 1", "failing 2"], log, "failing")
        yield* waitAll(["old", "new"], log)
        yield* TestClock.adjust(900)
        yield* wait("just joined", log)
        yield* TestClock.adjust("4 seconds")
        assert.deepStrictEqual(
          log.map((line) => line.split(":")[0]),
          ["new", "just joined", "old", "failing 1", "failing 2"]
        )
      })
    )
  )

  it.effect("news of the platform lets a canary go at once", () =>
    circuit(() =>
      Effect.gen(function* () {
        const log: Array<string> = []
        yield* fail(five)
        yield* waitAll(["a", "b", "c"], log)
        yield* TestClock.adjust(100)
        yield* HostCircuit.use(({ probe }) => probe)
        yield* TestClock.adjust(0)
        assert.deepStrictEqual(log, ["c: canary", "b: canary"])
      })
    )
  )

  it.effect("a host's canaries do not wait for another host's", () =>
    circuit(() =>
      Effect.gen(function* () {
        const log: Array<string> = []
        yield* fail(five)
        yield* fail([11, 12, 13, 14, 15], otherHost)
        yield* waitAll(["a", "b"], log)
        yield* wait("elsewhere", log, "failing", otherHost)
        yield* TestClock.adjust(1)
        assert.sameMembers(log, ["b: canary", "elsewhere: canary"])
      })
    )
  )

  it.effect("who is interrupted while it waits leaves its place to the next", () =>
    circuit(() =>
      Effect.gen(function* () {
        const log: Array<string> = []
        yield* fail(five)
        const [, , third, fourth] = yield* waitAll(["a", "b", "c", "d"], log)
        yield* Fiber.interrupt(fourth!)
        yield* Fiber.interrupt(third!)
        yield* TestClock.adjust("2 seconds")
        assert.deepStrictEqual(log, ["b: canary", "a: canary"])
      })
    )
  )
})

describe("the circuit closes", () => {
  it.effect("when a dial gets through and nobody waits; those that had failed are woken", () =>
    circuit((woken) =>
      Effect.gen(function* () {
        yield* fail(five)
        yield* connect(6)
        assert.isFalse(yield* isOpen)
        assert.sameMembers(woken, five)
      })
    )
  )

  it.effect("not while others wait: they follow it, faster with each that gets through", () =>
    circuit((woken) =>
      Effect.gen(function* () {
        const log: Array<string> = []
        yield* fail(five)
        yield* waitAll(many(500), log)
        let connected = 0
        for (let passed = 0; passed < 3_000; passed += 25) {
          yield* TestClock.adjust(25)
          for (; connected < log.length; connected++) yield* connect(1_000 + connected)
        }
        assert.deepStrictEqual([log[0]?.split(": ")[1], log[1]?.split(": ")[1]], ["canary", "follower"])
        assert.strictEqual(log.length, 500)
        assert.isFalse(yield* isOpen)
        assert.sameMembers(woken.slice(0, 5), five)
      })
    )
  )

  it.effect(
    "and when the host is back once more, those that had failed again are woken again, with others still waiting",
    () =>
      circuit((woken) =>
        Effect.gen(function* () {
          const log: Array<string> = []
          yield* fail(five)
          yield* waitAll(many(500), log)
          yield* connect(100)
          yield* connect(101)
          assert.sameMembers(woken, five, "once, while it stays back")
          // More fail than got through, so that it is one canary a second again.
          yield* fail(five)
          yield* connect(102)
          assert.sameMembers(woken, [...five, ...five])
        })
      )
  )

  it.effect("not when most fail again: then it is one canary a second, as before", () =>
    circuit(() =>
      Effect.gen(function* () {
        const log: Array<string> = []
        yield* fail(five)
        yield* waitAll(many(500), log)
        yield* TestClock.adjust(1)
        for (let team = 100; team < 120; team++) yield* connect(team)
        // Two that fail for each that got through, at the most.
        let failed = 0
        for (let passed = 0; passed < 10_000; passed += 25) {
          yield* TestClock.adjust(25)
          for (; failed < log.length - 1; failed++) yield* fail([1_000 + failed])
        }
        assert.isAtLeast(failed, 10)
        assert.isAtMost(failed, 20 * failuresForOne + 10)
        const { admits } = yield* HostCircuit
        assert.isTrue(yield* isOpen)
        assert.isFalse(admits(host, "follower"), "nor do those begin that still wait for a place among the dials")
        assert.isTrue(admits(host, "canary"))
      })
    )
  )

  it.effect("and opens again only when enough have failed anew", () =>
    circuit(() =>
      Effect.gen(function* () {
        yield* fail(five)
        yield* connect(6)
        yield* fail([1, 2, 3, 4])
        assert.isFalse(yield* isOpen)
        yield* fail([5])
        assert.isTrue(yield* isOpen)
      })
    )
  )

  it.effect("when too few of those that failed have stayed; then nobody is woken", () =>
    circuit((woken) =>
      Effect.gen(function* () {
        const log: Array<string> = []
        yield* fail(five)
        yield* waitAll(["a", "b"], log)
        yield* TestClock.adjust(1)
        yield* HostCircuit.use(({ forget }) => forget(3))
        // Not at once: when the fleet ends, all leave one after the other.
        yield* TestClock.adjust(0)
        assert.deepStrictEqual(log, ["b: canary"])
        yield* TestClock.adjust("1 second")
        assert.isFalse(yield* isOpen)
        assert.include(log, "a: closed")
        assert.deepStrictEqual(woken, [])
      })
    )
  )

  it.effect("when its canary gets through elsewhere: the others may be offered another host too", () =>
    circuit(() =>
      Effect.gen(function* () {
        const log: Array<string> = []
        yield* fail(five)
        yield* waitAll(["a", "b"], log)
        yield* connect(6, otherHost)
        yield* TestClock.adjust(0)
        assert.isTrue(yield* isOpen)
        assert.deepStrictEqual(log, ["b: canary"])
        yield* connect(7, otherHost, host)
        yield* TestClock.adjust(1_000 / 5)
        assert.deepStrictEqual(log, ["b: canary", "a: follower"])
        yield* connect(8, otherHost, host)
        assert.isFalse(yield* isOpen)
      })
    )
  )

  it.effect("who comes then does not wait", () =>
    circuit(() =>
      Effect.gen(function* () {
        assert.strictEqual(yield* HostCircuit.use(({ awaitPass }) => awaitPass(host, "failing")), "closed")
      })
    )
  )
})

describe("an interruption at every point of a wait, a dial and a connection", () => {
  it.effect("leaves no waiter and no connection behind", () =>
    circuit(() =>
      Effect.gen(function* () {
        const { awaitPass, forget, lost, watch } = yield* HostCircuit
        const reached = new Set<string>()
        for (let point = 0; point < 100; point++) {
          let at = "waits"
          yield* fail(five)
          const dialled = yield* Deferred.make<void>()
          const attempt = yield* awaitPass(host, "healthy").pipe(
            Effect.andThen(Effect.sync(() => (at = "dials"))),
            Effect.andThen(watch(6, host)(Deferred.await(dialled))),
            Effect.andThen(Effect.sync(() => (at = "is connected"))),
            Effect.andThen(Effect.never),
            Effect.ensuring(lost(6)),
            stepByStep,
            Effect.forkChild({ startImmediately: true })
          )
          for (let turn = 0; turn < point; turn++) {
            if (turn === 20) yield* TestClock.adjust("1 second")
            if (turn === 50) yield* Deferred.succeed(dialled, undefined)
            yield* Effect.yieldNow
          }
          yield* Fiber.interrupt(attempt)
          reached.add(at)
          for (const team of [...five, 6]) yield* forget(team)
          // With a connection left behind, five would not be more than those that are connected for long.
          yield* fail(five)
          assert.isTrue(yield* isOpen, `interrupted at point ${point}`)
          const log: Array<string> = []
          yield* wait("next", log)
          yield* TestClock.adjust("1 second")
          assert.deepStrictEqual(log, ["next: canary"], `interrupted at point ${point}`)
          for (const team of five) yield* forget(team)
        }
        assert.deepStrictEqual([...reached], ["waits", "dials", "is connected"])
      })
    )
  )
})
