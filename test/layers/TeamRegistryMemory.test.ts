import { assert, describe, it } from "@effect/vitest"
import { Clock, Deferred, Effect, Exit, Fiber, Latch, Layer, Schema, Scope, Stream } from "effect"
import { TestClock } from "effect/testing"
import * as StatsMemory from "../../src/layers/StatsMemory.ts"
import * as TeamRegistryMemory from "../../src/layers/TeamRegistryMemory.ts"
import type { SettingsInput } from "../../src/services/Settings.ts"
import { Stats } from "../../src/services/Stats.ts"
import { isConnected, TeamRegistry } from "../../src/services/TeamRegistry.ts"
import { TeamState } from "../../src/services/TeamState.ts"
import type { TeamId } from "../../src/wire/TeamId.ts"
import { makeLives } from "../support/lives.ts"
import { settings } from "../support/settings.ts"
import { turns } from "../support/turns.ts"

const registry = (input: Partial<SettingsInput> = {}) =>
  Effect.provide(TeamRegistryMemory.layer.pipe(Layer.provideMerge(StatsMemory.layer), Layer.provide(settings(input))))

/** Supervises lives whose ending takes so many milliseconds, or until something has happened; until `close`, or for ever. */
const supervised = Effect.fnUntraced(function* (ending: number | Effect.Effect<void> = 0) {
  // Or the test clock would take the first sleep of an interrupted fiber for the moment to set up its warning.
  yield* TestClock.adjust(0)
  const lives = makeLives(() => (Effect.isEffect(ending) ? ending : Effect.sleep(ending)))
  const scope = yield* Scope.make()
  yield* Scope.provide((yield* TeamRegistry).supervise(lives.life), scope)
  return { ...lives, close: Scope.close(scope, Exit.void) }
})

const join = (...ids: ReadonlyArray<TeamId>) =>
  Effect.andThen(
    Effect.forEach(ids, (id) => TeamRegistry.use((each) => each.join(id))),
    Effect.yieldNow
  )

const leave = (...ids: ReadonlyArray<TeamId>) =>
  Effect.andThen(
    Effect.forEach(ids, (id) => TeamRegistry.use((each) => each.leave(id))),
    Effect.yieldNow
  )

const find = (id: TeamId) => TeamRegistry.use((each) => Effect.sync(() => each.find(id)))
const stateOf = (id: TeamId) => Effect.map(find(id), (team) => team?.state._tag)
const roster = TeamRegistry.use((each) => Effect.sync(() => each.roster().map(({ id }) => id)))

const liveness = { silence: 0, answeredAt: 0, roundTrip: 0 }
const openWhile = (isOpen: () => boolean) => TeamState.Open({ since: 0, failures: 0, transport: { isOpen }, liveness })
const open = openWhile(() => true)
const lost = openWhile(() => false)

/** A wait, and the signal that ends it. */
const resting = (state: "Backoff" | "SlowRetry") =>
  Effect.sync(() => {
    const woken = Deferred.makeUnsafe<void>()
    const wake = () => Deferred.doneUnsafe(woken, Exit.void)
    return { woken, state: TeamState[state]({ failures: 10, until: 0, reason: "refused", wake }) }
  })
const slowRetry = resting("SlowRetry")
const isAwake = ({ woken }: { readonly woken: Deferred.Deferred<void> }) => Deferred.isDoneUnsafe(woken)

describe("a team's life", () => {
  it.effect("begins with its join, and ends with its left", () =>
    Effect.gen(function* () {
      const lives = yield* supervised()
      yield* join(1, "1", 2)
      assert.deepStrictEqual(lives.log, ["begin 1#1", "begin 1#1", "begin 2#1"])
      yield* leave(1)
      assert.deepStrictEqual(lives.log.slice(3), ["end 1#1"])
      assert.isFalse(lives.isRunning(1))
      assert.isTrue(lives.isRunning("1"))
    }).pipe(registry())
  )

  it.effect("begins with the supervision, for teams that joined before it", () =>
    Effect.gen(function* () {
      yield* join(1, 2, 3)
      yield* leave(2)
      assert.deepStrictEqual(yield* Effect.forEach([1, 2, 3], stateOf), ["Waiting", "Departed", "Waiting"])
      const lives = yield* supervised()
      yield* Effect.yieldNow
      assert.deepStrictEqual(lives.log, ["begin 1#1", "begin 3#1"])
    }).pipe(registry())
  )

  it.effect("is told for which stay it is: the generation counts the joins", () =>
    Effect.gen(function* () {
      const lives = yield* supervised()
      for (let n = 0; n < 3; n++) {
        yield* join(1)
        yield* leave(1)
      }
      yield* join(2)
      assert.deepStrictEqual(
        lives.sessions.map(({ generation, team }) => [team.id, generation]),
        [
          [1, 1],
          [1, 2],
          [1, 3],
          [2, 1]
        ]
      )
      assert.strictEqual((yield* find(1))?.generation, 3)
    }).pipe(registry())
  )

  it.effect("goes on: a second join changes nothing (protocol row 5)", () =>
    Effect.gen(function* () {
      const lives = yield* supervised()
      yield* join(1, 1, 1)
      assert.deepStrictEqual(lives.log, ["begin 1#1"])
      assert.strictEqual((yield* find(1))?.generation, 1)
    }).pipe(registry())
  )

  it.effect("is not waited for by left, which may come twice, or for a team that never joined (row 3)", () =>
    Effect.gen(function* () {
      const lives = yield* supervised(5_000)
      yield* join(1)
      yield* leave(1, 1, "unknown")
      assert.strictEqual(yield* Clock.currentTimeMillis, 0)
      assert.isTrue(lives.isRunning(1))
      assert.strictEqual(yield* stateOf(1), "Draining")
      assert.isUndefined(yield* find("unknown"))
      yield* TestClock.adjust(5_000)
      assert.strictEqual(yield* stateOf(1), "Departed")
      yield* leave(1)
      assert.deepStrictEqual(lives.log, ["begin 1#1", "end 1#1"])
    }).pipe(registry())
  )

  it.effect("may end itself", () =>
    Effect.gen(function* () {
      const teams = yield* TeamRegistry
      yield* teams.supervise(({ team }) => Effect.andThen(teams.leave(team.id), Effect.never))
      yield* join(1)
      yield* Effect.yieldNow
      assert.strictEqual(yield* stateOf(1), "Departed")
    }).pipe(registry())
  )

  it.effect("that has not begun yet does not begin, if the team leaves", () =>
    Effect.gen(function* () {
      const teams = yield* TeamRegistry
      const lives = yield* supervised()
      yield* teams.join(1)
      yield* teams.leave(1)
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(lives.log, [])
      assert.strictEqual(yield* stateOf(1), "Departed")
    }).pipe(registry())
  )
})

describe("at no time do two lives of one team overlap (protocol row 5)", () => {
  it.effect("a re-join waits until the stay before has ended, and says so", () =>
    Effect.gen(function* () {
      const lives = yield* supervised(5_000)
      yield* join(1)
      yield* leave(1)
      yield* join(1)
      assert.isTrue((yield* find(1))?.wanted)
      assert.strictEqual(yield* stateOf(1), "Draining")
      yield* TestClock.adjust(4_999)
      assert.deepStrictEqual(lives.log, ["begin 1#1"])
      yield* TestClock.adjust(1)
      assert.deepStrictEqual(lives.log, ["begin 1#1", "end 1#1", "begin 1#2"])
      assert.strictEqual(yield* stateOf(1), "Waiting")
    }).pipe(registry())
  )

  it.effect("join, left, join, left, join during one ending begins one life, of the last stay", () =>
    Effect.gen(function* () {
      const lives = yield* supervised(5_000)
      yield* join(1)
      yield* leave(1)
      yield* join(1)
      yield* leave(1)
      yield* join(1)
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(lives.log, ["begin 1#1", "end 1#1", "begin 1#3"])
    }).pipe(registry())
  )

  it.effect("join, left, join, left begins none", () =>
    Effect.gen(function* () {
      const lives = yield* supervised(5_000)
      yield* join(1)
      yield* leave(1)
      yield* join(1)
      yield* leave(1)
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(lives.log, ["begin 1#1", "end 1#1"])
      assert.strictEqual(yield* stateOf(1), "Departed")
    }).pipe(registry())
  )

  it.effect("one team's ending holds up no other", () =>
    Effect.gen(function* () {
      const lives = yield* supervised(5_000)
      yield* join(1, 2)
      yield* leave(1)
      yield* join(1, 3)
      assert.deepStrictEqual(lives.log, ["begin 1#1", "begin 2#1", "begin 3#1"])
    }).pipe(registry())
  )

  const Step = Schema.Struct({
    what: Schema.Literals(["join", "leave", "wait"]),
    team: Schema.Literals([1, "1", 2]),
    waits: Schema.Literals([0, 1, 10, 100])
  })

  it.effect.prop(
    "whoever comes and goes, and however long an ending takes",
    [
      Schema.Array(Step).check(Schema.isMaxLength(40)),
      Schema.Array(Schema.Literals([0, 1, 5, 50, 500])).check(Schema.isMinLength(1))
    ],
    ([steps, endings]) =>
      Effect.gen(function* () {
        const teams = yield* TeamRegistry
        let ending = 0
        const lives = makeLives(() => Effect.sleep(endings[ending++ % endings.length]!))
        yield* TestClock.adjust(0)
        yield* Scope.provide(teams.supervise(lives.life), yield* Scope.make())
        const wanted = new Map<TeamId, { wanted: boolean; generation: number }>()
        for (const { team, waits, what } of steps) {
          const known = wanted.get(team) ?? { wanted: false, generation: 0 }
          if (what === "wait") {
            yield* TestClock.adjust(waits)
          } else if (what === "join") {
            yield* teams.join(team)
            wanted.set(team, known.wanted ? known : { wanted: true, generation: known.generation + 1 })
          } else {
            yield* teams.leave(team)
            if (wanted.has(team)) wanted.set(team, { ...known, wanted: false })
          }
        }
        yield* TestClock.adjust("1 minute")
        assert.strictEqual(lives.overlaps(), 0)
        assert.strictEqual(teams.roster().length, wanted.size)
        for (const [id, expected] of wanted) {
          const team = teams.find(id)!
          assert.deepStrictEqual({ wanted: team.wanted, generation: team.generation }, expected)
          assert.strictEqual(lives.isRunning(id), expected.wanted)
          assert.strictEqual(team.state._tag, expected.wanted ? "Waiting" : "Departed")
          const stays = lives.sessions.filter((each) => each.team === team).map(({ generation }) => generation)
          assert.deepStrictEqual(
            stays,
            [...new Set(stays)].sort((a, b) => a - b),
            "no stay has two lives"
          )
          if (expected.wanted) assert.strictEqual(stays.at(-1), expected.generation)
        }
      }).pipe(registry(), Effect.provide(TestClock.layer())),
    { arbitrary: { runs: 150, seed: 1 } }
  )
})

describe("what a team's connection is doing", () => {
  it.effect("is what its life enters: seen by who finds the team, and in the roster", () =>
    Effect.gen(function* () {
      const teams = yield* TeamRegistry
      const { sessions } = yield* supervised()
      yield* join(1, 2)
      teams.enter(sessions[0]!, open)
      teams.enter(sessions[1]!, TeamState.Asking({ failures: 3 }))
      assert.strictEqual(teams.find(1)?.state, open)
      assert.deepStrictEqual(
        teams.roster().map(({ state }) => state._tag),
        ["Open", "Asking"]
      )
    }).pipe(registry())
  )

  it.effect("is not changed by a stay that is over (protocol row 5)", () =>
    Effect.gen(function* () {
      const teams = yield* TeamRegistry
      const { sessions } = yield* supervised(5_000)
      yield* join(1)
      const past = sessions[0]!
      yield* leave(1)
      teams.enter(past, open)
      assert.strictEqual(yield* stateOf(1), "Draining")
      yield* join(1)
      teams.enter(past, open)
      assert.strictEqual(yield* stateOf(1), "Draining")
      yield* TestClock.adjust(5_000)
      teams.enter(past, open)
      assert.strictEqual(yield* stateOf(1), "Waiting")
      yield* leave(1)
      yield* TestClock.adjust(5_000)
      teams.enter(past, open)
      assert.strictEqual(yield* stateOf(1), "Departed")
    }).pipe(registry())
  )

  it.effect("is not changed by a stay from before the team was forgotten", () =>
    Effect.gen(function* () {
      const teams = yield* TeamRegistry
      const { sessions } = yield* supervised()
      yield* join(1)
      const past = sessions[0]!
      yield* leave(1)
      teams.enter(past, open)
      assert.isUndefined(yield* find(1))
      yield* join(1)
      teams.enter(past, open)
      assert.strictEqual(yield* stateOf(1), "Waiting")
    }).pipe(registry({ rememberDeparted: 0 }))
  )

  it.effect("is connected while the WebSocket is open at this instant, and not a moment longer (row 18)", () =>
    Effect.gen(function* () {
      const teams = yield* TeamRegistry
      const { sessions } = yield* supervised()
      yield* join(1)
      let isOpen = true
      teams.enter(
        sessions[0]!,
        openWhile(() => isOpen)
      )
      const team = teams.find(1)!
      assert.isTrue(isConnected(team))
      isOpen = false
      assert.isFalse(isConnected(team))
      assert.strictEqual((yield* teams.census).connected, 0)
    }).pipe(registry())
  )

  it.effect("is counted in the census: wanted, departed, connected, failing, slow lane", () =>
    Effect.gen(function* () {
      const teams = yield* TeamRegistry
      const { sessions } = yield* supervised(5_000)
      assert.deepStrictEqual(yield* teams.census, {
        wanted: 0,
        departed: 0,
        connected: 0,
        failing: 0,
        slowRetry: 0,
        unconfirmed: 0,
        denied: 0
      })
      yield* join(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
      const enter = (n: number, state: TeamState) => teams.enter(sessions[n]!, state)
      enter(1, open)
      enter(2, lost)
      enter(3, TeamState.Asking({ failures: 0 }))
      enter(4, TeamState.Asking({ failures: 1 }))
      enter(5, TeamState.Dialing({ failures: 2, origin: "ws://h:80" }))
      enter(6, (yield* resting("Backoff")).state)
      enter(7, (yield* slowRetry).state)
      enter(8, open)
      enter(9, (yield* slowRetry).state)
      yield* leave(8, 9)
      const census = { wanted: 8, departed: 2, connected: 1, failing: 4, slowRetry: 1, unconfirmed: 0, denied: 0 }
      assert.deepStrictEqual(yield* teams.census, census)
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yield* teams.census, census)
    }).pipe(registry())
  )
})

describe("the slow lane", () => {
  const teamsInTheSlowLane = Effect.fnUntraced(function* (...ids: ReadonlyArray<TeamId>) {
    const teams = yield* TeamRegistry
    const { sessions } = yield* supervised()
    yield* join(...ids)
    return yield* Effect.forEach(sessions, (session) =>
      Effect.tap(slowRetry, ({ state }) => Effect.sync(() => teams.enter(session, state)))
    )
  })

  it.effect("is left when the team joins again, and by that team only (protocol row 5)", () =>
    Effect.gen(function* () {
      const states = yield* teamsInTheSlowLane(1, 2)
      yield* join(1)
      assert.deepStrictEqual(states.map(isAwake), [true, false])
      assert.strictEqual((yield* find(1))?.generation, 1)
    }).pipe(registry())
  )

  it.effect("is left when the team is woken, or all are", () =>
    Effect.gen(function* () {
      const teams = yield* TeamRegistry
      const states = yield* teamsInTheSlowLane(1, 2, 3)
      yield* teams.wake(2)
      yield* teams.wake("unknown")
      assert.deepStrictEqual(states.map(isAwake), [false, true, false])
      yield* teams.wakeAll
      assert.deepStrictEqual(states.map(isAwake), [true, true, true])
    }).pipe(registry())
  )

  it.effect("nothing wakes a team that is not in it", () =>
    Effect.gen(function* () {
      const teams = yield* TeamRegistry
      const { sessions } = yield* supervised()
      yield* join(1)
      const past = yield* slowRetry
      teams.enter(sessions[0]!, past.state)
      const backoff = yield* resting("Backoff")
      teams.enter(sessions[0]!, backoff.state)
      yield* join(1)
      yield* teams.wake(1)
      yield* teams.wakeAll
      assert.deepStrictEqual([past, backoff].map(isAwake), [false, false])
    }).pipe(registry())
  )

  it.effect("a team is tried now, from the slow lane or before, when what it failed of is over", () =>
    Effect.gen(function* () {
      const teams = yield* TeamRegistry
      const { sessions } = yield* supervised()
      yield* join(1, 2, 3)
      const waits = [yield* resting("Backoff"), yield* slowRetry, yield* slowRetry] as const
      waits.forEach(({ state }, n) => teams.enter(sessions[n]!, state))
      yield* teams.retryNow(1)
      yield* teams.retryNow(2)
      yield* teams.retryNow("unknown")
      assert.deepStrictEqual(waits.map(isAwake), [true, true, false])
    }).pipe(registry())
  )

  it.effect("a woken life may change the registry on the spot", () =>
    Effect.gen(function* () {
      const teams = yield* TeamRegistry
      yield* teams.supervise(
        Effect.fnUntraced(function* (session) {
          const { state, woken } = yield* slowRetry
          teams.enter(session, state)
          yield* Deferred.await(woken)
          yield* teams.join(`child of ${session.team.id}`)
          teams.enter(session, open)
          return yield* Effect.never
        })
      )
      yield* join(1, 2)
      yield* teams.wakeAll
      yield* Effect.yieldNow
      assert.deepStrictEqual(yield* Effect.forEach([1, 2, "child of 1", "child of 2"], stateOf), [
        "Open",
        "Open",
        "SlowRetry",
        "SlowRetry"
      ])
    }).pipe(registry())
  )
})

describe("which teams there are (protocol row 17)", () => {
  it.effect("all that have joined in this run, present and departed, ordered by id", () =>
    Effect.gen(function* () {
      yield* supervised()
      yield* join("b", 10, "10", 9, "a")
      yield* leave(9, "a")
      assert.deepStrictEqual(yield* roster, [9, 10, "10", "a", "b"])
      yield* join(-1)
      assert.deepStrictEqual(yield* roster, [-1, 9, 10, "10", "a", "b"])
      yield* join(9)
      assert.deepStrictEqual(yield* roster, [-1, 9, 10, "10", "a", "b"])
    }).pipe(registry())
  )

  it.effect(
    "of the departed, as many as are remembered: the one that departed first is forgotten first, and its counts",
    () =>
      Effect.gen(function* () {
        const stats = yield* Stats
        yield* supervised()
        for (const id of [1, 2, 3, 4]) {
          yield* join(id)
          stats.counter(id).count("props")
        }
        yield* leave(3, 1)
        assert.deepStrictEqual(yield* roster, [1, 2, 3, 4])
        yield* leave(2)
        assert.deepStrictEqual(yield* roster, [1, 2, 4])
        assert.isUndefined(yield* find(3))
        assert.deepStrictEqual(
          [1, 2, 3, 4].map((id) => stats.counts(id).messages),
          [1, 1, 0, 1]
        )
        assert.strictEqual((yield* TeamRegistry.use(({ census }) => census)).departed, 2)
      }).pipe(registry({ rememberDeparted: 2 }))
  )

  it.effect("a team that comes back is not a departed one, and departs anew", () =>
    Effect.gen(function* () {
      yield* supervised()
      yield* join(1, 2, 3)
      yield* leave(1)
      yield* join(1)
      yield* leave(2, 3)
      assert.deepStrictEqual(yield* roster, [1, 2, 3])
      yield* leave(1)
      assert.deepStrictEqual(yield* roster, [1, 3])
    }).pipe(registry({ rememberDeparted: 2 }))
  )

  it.effect("a team whose life is still ending is not forgotten: it departs when that is over", () =>
    Effect.gen(function* () {
      const lives = yield* supervised(5_000)
      yield* join(1, 2)
      yield* leave(1, 2)
      assert.deepStrictEqual(yield* roster, [1, 2])
      // Back before its ending was over: it is the same team, with one life after the other.
      yield* join(1)
      yield* TestClock.adjust(5_000)
      assert.deepStrictEqual(yield* roster, [1])
      assert.deepStrictEqual(lives.log.slice(2).toSorted(), ["begin 1#2", "end 1#1", "end 2#1"])
      assert.strictEqual(lives.overlaps(), 0)
    }).pipe(registry({ rememberDeparted: 0 }))
  )

  it.effect("none is forgotten before it was there", () =>
    Effect.gen(function* () {
      const stats = yield* Stats
      yield* join(1)
      stats.counter(1).count("a")
      yield* leave(1)
      assert.deepStrictEqual(yield* roster, [])
      yield* join(1)
      const team = yield* find(1)
      assert.strictEqual(team?.generation, 1)
      assert.strictEqual(stats.counts(1).messages, 0)
    }).pipe(registry({ rememberDeparted: 0 }))
  )
})

describe("its changes", () => {
  /** Collects transitions of a test. */
  const watched = Effect.gen(function* () {
    const seen: Array<string> = []
    yield* Effect.forkChild(
      Stream.runForEach((yield* TeamRegistry).changes, ({ at, from, generation, id, to }) =>
        Effect.sync(() => void seen.push(`${at}: ${id}#${generation} ${from._tag} → ${to._tag}`))
      ),
      { startImmediately: true }
    )
    return seen
  })

  it.effect("are every transition from now on, in order, with its time", () =>
    Effect.gen(function* () {
      const teams = yield* TeamRegistry
      const { sessions } = yield* supervised(1_000)
      yield* join("before")
      const seen = yield* watched
      yield* join(1)
      yield* TestClock.adjust(100)
      teams.enter(sessions[1]!, TeamState.Asking({ failures: 0 }))
      teams.enter(sessions[1]!, open)
      yield* TestClock.adjust(100)
      yield* leave(1)
      yield* join(1)
      yield* TestClock.adjust(1_000)
      assert.deepStrictEqual(seen, [
        "0: 1#1 Departed → Waiting",
        "100: 1#1 Waiting → Asking",
        "100: 1#1 Asking → Open",
        "200: 1#1 Open → Draining",
        "1200: 1#2 Draining → Waiting"
      ])
    }).pipe(registry())
  )

  it.effect("say once that a team is draining, however many reasons there come to be", () =>
    Effect.gen(function* () {
      const teams = yield* TeamRegistry
      const { close } = yield* supervised(1_000)
      yield* join(1)
      const seen = yield* watched
      yield* teams.restart(1, "an operator")
      yield* leave(1)
      yield* join(1)
      yield* teams.restart(1, "an operator")
      const closing = yield* Effect.forkChild(close, { startImmediately: true })
      yield* TestClock.adjust(1_000)
      yield* Fiber.join(closing)
      assert.deepStrictEqual(seen, ["0: 1#1 Waiting → Draining"])
    }).pipe(registry())
  )

  it.effect("hold up nobody: a reader that is slow loses the oldest", () =>
    Effect.gen(function* () {
      const teams = yield* TeamRegistry
      yield* supervised()
      const seen: Array<TeamId> = []
      yield* Effect.forkChild(
        Stream.runForEach(teams.changes, ({ id }) =>
          Effect.andThen(
            Effect.sync(() => void seen.push(id)),
            Effect.sleep(1)
          )
        ),
        { startImmediately: true }
      )
      yield* Effect.yieldNow
      for (let id = 0; id < 5_000; id++) yield* teams.join(id)
      assert.strictEqual(yield* Clock.currentTimeMillis, 0)
      yield* TestClock.adjust("1 minute")
      assert.isAtLeast(seen.length, 1_024)
      assert.isBelow(seen.length, 5_000)
      assert.strictEqual(seen.at(-1), 4_999)
    }).pipe(registry())
  )
})

describe("the end of the supervision", () => {
  it.effect("interrupts all lives at the same time, and waits for them", () =>
    Effect.gen(function* () {
      const { close, ...lives } = yield* supervised(5_000)
      yield* join(...Array.from({ length: 100 }, (_, id) => id))
      const closing = yield* Effect.forkChild(close, { startImmediately: true })
      assert.deepStrictEqual(yield* Effect.forEach([0, 99], stateOf), ["Draining", "Draining"])
      yield* TestClock.adjust(4_999)
      assert.isUndefined(closing.pollUnsafe())
      assert.strictEqual(lives.runningCount(), 100)
      yield* TestClock.adjust(1)
      yield* Fiber.join(closing)
      assert.strictEqual(lives.runningCount(), 0)
    }).pipe(registry())
  )

  it.effect("begins no new ones, whoever joins meanwhile or after it", () =>
    Effect.gen(function* () {
      const { close, ...lives } = yield* supervised(5_000)
      yield* join(1, 2, 3)
      yield* leave(2)
      const closing = yield* Effect.forkChild(close, { startImmediately: true })
      yield* join(1, 2, 4)
      yield* leave(3)
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(closing)
      yield* join(5)
      yield* leave(4)
      yield* join(4)
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(lives.log.slice(0, 3), ["begin 1#1", "begin 2#1", "begin 3#1"])
      assert.deepStrictEqual(lives.log.slice(3).toSorted(), ["end 1#1", "end 2#1", "end 3#1"])
    }).pipe(registry())
  )

  it.effect("what is said of a connection after it is not heard: nothing of the fleet is open", () =>
    Effect.gen(function* () {
      const teams = yield* TeamRegistry
      const { close, ...lives } = yield* supervised(5_000)
      yield* join(1)
      teams.enter(lives.sessions[0]!, open)
      const closing = yield* Effect.forkChild(close, { startImmediately: true })
      teams.enter(lives.sessions[0]!, open)
      assert.strictEqual((yield* teams.census).connected, 0)
      yield* TestClock.adjust(5_000)
      yield* Fiber.join(closing)
      teams.enter(lives.sessions[0]!, open)
      assert.strictEqual((yield* teams.census).connected, 0)
    }).pipe(registry())
  )

  it.effect("leaves the wanted teams draining: they have not just joined", () =>
    Effect.gen(function* () {
      const { close } = yield* supervised(5_000)
      yield* join(1, 2)
      yield* leave(2)
      const closing = yield* Effect.forkChild(close, { startImmediately: true })
      yield* TestClock.adjust(5_000)
      yield* Fiber.join(closing)
      assert.deepStrictEqual(yield* Effect.forEach([1, 2], stateOf), ["Draining", "Departed"])
      yield* leave(1)
      assert.strictEqual(yield* stateOf(1), "Departed")
    }).pipe(registry())
  )

  it.effect("can be followed by another one, which takes the wanted teams over", () =>
    Effect.gen(function* () {
      const first = yield* supervised()
      yield* join(1, 2)
      yield* leave(2)
      yield* first.close
      const second = yield* supervised()
      yield* Effect.yieldNow
      assert.deepStrictEqual(second.log, ["begin 1#1"])
      yield* second.close
      assert.deepStrictEqual(second.log, ["begin 1#1", "end 1#1"])
    }).pipe(registry())
  )
})

it.effect("ten thousand teams join, leave, come back and end, each with one life at a time", () =>
  Effect.gen(function* () {
    const ended = yield* Latch.make(false)
    const { close, ...lives } = yield* supervised(ended.await)
    const ids = Array.from({ length: 10_000 }, (_, id) => (id * 7919) % 10_000)
    yield* join(...ids)
    assert.strictEqual(lives.runningCount(), 10_000)
    yield* leave(...ids)
    yield* join(...ids)
    yield* ended.open
    yield* turns(10)
    assert.strictEqual(lives.runningCount(), 10_000)
    const teams = (yield* TeamRegistry).roster()
    assert.isTrue(teams.every(({ generation, id }, n) => generation === 2 && id === n))
    yield* leave(...ids.slice(0, 5_000))
    yield* close
    assert.strictEqual(lives.runningCount(), 0)
    assert.strictEqual(lives.overlaps(), 0)
  }).pipe(registry())
)
