import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Exit, Layer, Random, Schema, Scope } from "effect"
import { TestClock } from "effect/testing"
import { KeepAlive, longestSweep } from "../../src/services/KeepAlive.ts"
import type { SettingsInput } from "../../src/services/Settings.ts"
import { almostOne, drawing } from "../support/chance.ts"
import { HandClock } from "../support/handClock.ts"
import { logLines } from "../support/logLines.ts"
import { NotingPeer } from "../support/peers.ts"
import { settings } from "../support/settings.ts"

/** Pings each 15 s, 10 s for a pong and for the first frame, unless it is said otherwise. */
const keepAlive = (input: Partial<SettingsInput> = {}) =>
  Effect.provide(KeepAlive.layer.pipe(Layer.provide(settings(input))))

/** How exactly times are kept. In milliseconds: one sweep, and one more for the phase in which it found the peer. */
const sweep = longestSweep

const watch = Effect.gen(function* () {
  const peer = new NotingPeer(yield* Clock.Clock)
  yield* (yield* KeepAlive).watch(peer)
  return peer
})

/** A peer that has just been heard. */
const heardPeer = Effect.tap(watch, (peer) => Effect.sync(() => peer.heard()))

/** A peer that answers each ping. */
const livingPeer = Effect.tap(watch, (peer) =>
  Effect.sync(() => {
    peer.answers = true
    peer.heard()
  })
)

/** A bound in milliseconds. */
const bound = Schema.Int.check(Schema.isBetween({ minimum: 10, maximum: 500 }))

const gaps = (times: ReadonlyArray<number>) => times.slice(1).map((time, n) => time - times[n]!)

describe("pings (protocol row 11)", () => {
  it.effect("the first comes at a random point of the interval: at its beginning, if chance has it so", () =>
    Effect.gen(function* () {
      const peer = yield* drawing(0)(livingPeer)
      yield* TestClock.adjust(sweep)
      assert.deepStrictEqual(peer.pings, [sweep])
    }).pipe(keepAlive())
  )

  it.effect("in its middle", () =>
    Effect.gen(function* () {
      const peer = yield* drawing(0.5)(livingPeer)
      yield* TestClock.adjust("1 minute")
      assert.closeTo(peer.pings[0]!, 7500, sweep)
    }).pipe(keepAlive())
  )

  it.effect("or at its end, and not later", () =>
    Effect.gen(function* () {
      const peer = yield* drawing(almostOne)(livingPeer)
      yield* TestClock.adjust("1 minute")
      assert.closeTo(peer.pings[0]!, 15_000, sweep)
      assert.isAtMost(peer.pings[0]!, 15_000)
    }).pipe(keepAlive())
  )

  it.effect("then one comes each interval", () =>
    Effect.gen(function* () {
      const peer = yield* drawing(0.2)(livingPeer)
      yield* TestClock.adjust("2 minutes")
      assert.deepStrictEqual(gaps(peer.pings), [15_000, 15_000, 15_000, 15_000, 15_000, 15_000, 15_000])
    }).pipe(keepAlive())
  )

  it.effect("so that a fleet whose connections opened all at once does not ping all at once", () =>
    Effect.gen(function* () {
      const peers = yield* Effect.replicateEffect(livingPeer, 1500)
      yield* TestClock.adjust("15 seconds")
      const inEachSecond = Array.from(
        { length: 15 },
        (_, second) =>
          peers.filter(({ pings: [first = 0] }) => first > second * 1000 && first <= (second + 1) * 1000).length
      )
      assert.strictEqual(
        inEachSecond.reduce((sum, count) => sum + count),
        1500
      )
      for (const count of inEachSecond) assert.isTrue(count > 60 && count < 140, inEachSecond.join(" "))
    }).pipe(keepAlive(), Random.withSeed("a fleet"))
  )

  it.effect("they come as they are set", () =>
    Effect.gen(function* () {
      const peer = yield* livingPeer
      yield* TestClock.adjust("3 seconds")
      assert.isAtLeast(peer.pings.length, 4)
      for (const gap of gaps(peer.pings)) assert.closeTo(gap, 700, 1e-6)
    }).pipe(keepAlive({ pingInterval: "700 millis", pongTimeout: "200 millis" }))
  )
})

describe("a peer that is silent for longer than the interval and the timeout is dead (protocol rows 11 and 12)", () => {
  it.effect("it is declared so once, and not before", () =>
    Effect.gen(function* () {
      const peer = yield* heardPeer
      yield* TestClock.adjust(25_000)
      assert.deepStrictEqual(peer.deaths, [])
      yield* TestClock.adjust("3 minutes")
      assert.strictEqual(peer.deaths.length, 1)
      assert.closeTo(peer.deaths[0]!, 25_000 + sweep, sweep)
    }).pipe(keepAlive())
  )

  it.effect("counted from the last sign of life, which any frame is", () =>
    Effect.gen(function* () {
      const peer = yield* heardPeer
      for (let n = 0; n < 12; n++) {
        yield* TestClock.adjust(24_999)
        peer.heard()
      }
      yield* TestClock.adjust(25_000)
      assert.deepStrictEqual(peer.deaths, [])
      yield* TestClock.adjust(2 * sweep)
      assert.strictEqual(peer.deaths.length, 1)
    }).pipe(keepAlive())
  )

  it.effect("a peer that answers its pings lives for ever", () =>
    Effect.gen(function* () {
      const peer = yield* livingPeer
      yield* TestClock.adjust("20 minutes")
      assert.deepStrictEqual(peer.deaths, [])
    }).pipe(keepAlive())
  )

  it.effect("a dead peer is not pinged", () =>
    Effect.gen(function* () {
      const peer = yield* heardPeer
      yield* TestClock.adjust("3 minutes")
      assert.strictEqual(peer.deaths.length, 1)
      assert.isAtMost(peer.pings.length, 2)
      assert.isBelow(peer.pings.at(-1)!, peer.deaths[0]!)
    }).pipe(keepAlive())
  )

  it.effect("one peer's death is not another's", () =>
    Effect.gen(function* () {
      const dead = yield* heardPeer
      const living = yield* livingPeer
      yield* TestClock.adjust("3 minutes")
      assert.strictEqual(dead.deaths.length, 1)
      assert.strictEqual(living.deaths.length, 0)
      assert.strictEqual(living.pings.length, 12)
    }).pipe(keepAlive())
  )

  it.effect.prop(
    "as the settings say, whatever they are",
    [bound, bound, bound],
    ([pingInterval, pongTimeout, connectTimeout]) =>
      Effect.gen(function* () {
        const [heard, mute, living] = [yield* heardPeer, yield* watch, yield* livingPeer]
        yield* TestClock.adjust(3 * (pingInterval + pongTimeout + connectTimeout))
        // Each of two bounds is rounded up to sweeps, and one more finds the peer in any phase.
        const late = 3 * Math.min(sweep, Math.min(pingInterval, pongTimeout, connectTimeout) / 10)
        const silence = pingInterval + pongTimeout
        assert.isTrue(heard.deaths[0]! >= silence && heard.deaths[0]! <= silence + late, `silence: ${heard.deaths[0]}`)
        assert.isTrue(
          mute.deaths[0]! >= connectTimeout && mute.deaths[0]! <= connectTimeout + late,
          `mute: ${mute.deaths[0]}`
        )
        assert.isAtMost(living.pings[0]!, pingInterval + late)
        for (const gap of gaps(living.pings)) assert.closeTo(gap, pingInterval, late)
        assert.deepStrictEqual(living.deaths, [])
      }).pipe(
        Effect.scoped,
        keepAlive({ pingInterval, pongTimeout, connectTimeout }),
        Effect.provide(TestClock.layer())
      ),
    { arbitrary: { runs: 10, seed: 1 } }
  )
})

describe("a peer that is never heard (protocol row 10)", () => {
  it.effect("is dead after the connect timeout", () =>
    Effect.gen(function* () {
      const peer = yield* watch
      yield* TestClock.adjust(10_000)
      assert.deepStrictEqual(peer.deaths, [])
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(peer.deaths.length, 1)
      assert.closeTo(peer.deaths[0]!, 10_000 + sweep, sweep)
    }).pipe(keepAlive())
  )

  it.effect("is one no more after its first frame", () =>
    Effect.gen(function* () {
      const peer = yield* watch
      yield* TestClock.adjust(9_999)
      peer.heard()
      yield* TestClock.adjust(25_000)
      assert.deepStrictEqual(peer.deaths, [])
      yield* TestClock.adjust(2 * sweep)
      assert.strictEqual(peer.deaths.length, 1)
    }).pipe(keepAlive())
  )

  it.effect("is alive as long as bytes come, and has still to say its first word when they stop", () =>
    Effect.gen(function* () {
      const peer = yield* watch
      for (let second = 0; second < 60; second += 5) {
        peer.liveness.stirred()
        yield* TestClock.adjust("5 seconds")
      }
      assert.deepStrictEqual(peer.deaths, [])
      yield* TestClock.adjust("6 seconds")
      assert.lengthOf(peer.deaths, 1)
    }).pipe(keepAlive({ pingInterval: "1 minute", pongTimeout: "1 minute" }))
  )

  it.effect("but had it been heard before it was watched, it is not that", () =>
    Effect.gen(function* () {
      const peer = new NotingPeer(yield* Clock.Clock)
      peer.heard()
      yield* (yield* KeepAlive).watch(peer)
      yield* TestClock.adjust(25_000)
      assert.deepStrictEqual(peer.deaths, [])
    }).pipe(keepAlive())
  )
})

describe("a stall of the process blames nobody", () => {
  /** Runs on a clock that can jump. */
  const onHandClock = <A, E>(test: (clock: HandClock) => Effect.Effect<A, E, KeepAlive | Scope.Scope>) =>
    Effect.suspend(() => {
      const clock = new HandClock()
      return test(clock).pipe(keepAlive(), Effect.scoped, Effect.provideService(Clock.Clock, clock))
    })

  it.effect("a suspended hour is no silence", () =>
    onHandClock(
      Effect.fnUntraced(function* (clock) {
        const [heard, living, mute] = [yield* heardPeer, yield* livingPeer, yield* watch]
        yield* clock.pass("5 seconds", sweep)
        yield* clock.jump("1 hour")
        // What had arrived is read only now, after the timers.
        for (const peer of [heard, living, mute]) assert.deepStrictEqual(peer.deaths, [])
        yield* clock.pass("4 seconds", sweep)
        for (const peer of [heard, living, mute]) assert.deepStrictEqual(peer.deaths, [])
        yield* clock.pass("1 minute", sweep)
        assert.deepStrictEqual(
          [heard, living, mute].map(({ deaths }) => deaths.length),
          [1, 0, 1]
        )
      })
    )
  )

  it.effect("many short ones, in which the process runs now and then, do not add up either", () =>
    onHandClock(
      Effect.fnUntraced(function* (clock) {
        const heard = yield* heardPeer
        for (let n = 0; n < 25_000 / sweep - 1; n++) yield* clock.jump("10 seconds")
        assert.deepStrictEqual(heard.deaths, [])
      })
    )
  )

  it.effect("and after it there is one ping, not one for each interval that was missed", () =>
    onHandClock(
      Effect.fnUntraced(function* (clock) {
        const living = yield* livingPeer
        yield* clock.jump("1 hour")
        yield* clock.pass("15 seconds", sweep)
        assert.isAtMost(living.pings.length, 2)
      })
    )
  )
})

/** A peer whose socket has a defect. */
class BrokenPeer extends NotingPeer {
  override ping(): void {
    super.ping()
    throw new Error("broken")
  }
}

describe("a peer that throws", () => {
  it.effect("is logged and watched no longer; the others are watched as before", () => {
    const { capture, lines } = logLines()
    return Effect.gen(function* () {
      const broken = new BrokenPeer(yield* Clock.Clock)
      broken.heard()
      yield* (yield* KeepAlive).watch(broken)
      const peer = yield* livingPeer
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual(broken.pings.length, 1)
      assert.strictEqual(peer.pings.length, 40)
      assert.deepStrictEqual(
        lines.map(({ level }) => level),
        ["Error"]
      )
    }).pipe(keepAlive(), capture)
  })
})

describe("watching", () => {
  it.effect("ends with the Scope", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const peer = yield* Scope.provide(heardPeer, scope)
      yield* TestClock.adjust("5 seconds")
      const pings = peer.pings.length
      yield* Scope.close(scope, Exit.void)
      yield* TestClock.adjust("3 minutes")
      assert.strictEqual(peer.pings.length, pings)
      assert.deepStrictEqual(peer.deaths, [])
    }).pipe(keepAlive())
  )

  it.effect("is not disturbed by peers that come and go while others die", () =>
    Effect.gen(function* () {
      const keeper = yield* KeepAlive
      const clock = yield* Clock.Clock
      const newcomer = new NotingPeer(clock)
      const outer = yield* Scope.Scope
      const context = yield* Effect.context()
      class Heir extends NotingPeer {
        override declareDead(): void {
          super.declareDead()
          // A death is answered within it: its owner hangs up, and dials anew.
          Effect.runSyncWith(context)(Scope.provide(keeper.watch(newcomer), outer))
        }
      }
      const heir = new Heir(clock)
      const bystander = yield* livingPeer
      yield* keeper.watch(heir)
      yield* TestClock.adjust("15 seconds")
      assert.strictEqual(heir.deaths.length, 1)
      assert.deepStrictEqual(newcomer.deaths, [])
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(newcomer.deaths.length, 1)
      assert.isAtLeast(newcomer.deaths[0]! - heir.deaths[0]!, 10_000)
      assert.deepStrictEqual(bystander.deaths, [])
    }).pipe(keepAlive())
  )

  it.effect("ten thousand peers takes one timer", () => {
    const clock = new HandClock()
    return Effect.gen(function* () {
      const peers = yield* Effect.replicateEffect(livingPeer, 10_000)
      yield* clock.pass("30 seconds", sweep)
      for (const { deaths, pings } of peers) {
        assert.deepStrictEqual(deaths, [])
        assert.strictEqual(pings.length, 2)
      }
      assert.isAtMost(clock.sleeps, 301)
    }).pipe(keepAlive(), Effect.scoped, Effect.provideService(Clock.Clock, clock))
  })
})

describe("what a ping takes", () => {
  it.effect("is told to who observes, and not changed by a wall clock that is set while it is under way", () => {
    const clock = new HandClock()
    return Effect.gen(function* () {
      const keeper = yield* KeepAlive
      const told: Array<number> = []
      yield* keeper.observe((roundTrip) => void told.push(roundTrip))
      const peer = yield* heardPeer
      while (peer.pings.length === 0) yield* clock.jump(sweep)
      clock.stepBack("1 hour")
      yield* clock.jump(40)
      peer.liveness.answered()
      assert.deepStrictEqual(told, [40])
      assert.strictEqual(peer.liveness.roundTrip, 40)
      assert.strictEqual(peer.liveness.answeredAt, clock.currentTimeMillisUnsafe(), "for who looks, the wall clock")
    }).pipe(keepAlive(), Effect.scoped, Effect.provideService(Clock.Clock, clock))
  })
})
