import { assert, describe, it } from "@effect/vitest"
import { Clock, Data, Deferred, Effect, Exit, Fiber, Layer, Schema } from "effect"
import { TestClock } from "effect/testing"
import { DialBudget } from "../../../src/services/dialing/DialBudget.ts"
import { batch, catchUp, type Lane, TurnedAway } from "../../../src/services/dialing/Gate.ts"
import { assertKept, type Happening } from "../../support/dialRules.ts"
import { HandClock } from "../../support/handClock.ts"
import { settings } from "../../support/settings.ts"
import { stepByStep } from "../../support/turns.ts"

const budget = (maxDials: number, dialRate: number) =>
  Effect.provide(DialBudget.layer.pipe(Layer.provide(settings({ maxDials, dialRate }))))

class Failed extends Data.TaggedError("Failed") {}

/** A place where dials are asked for by name; each goes on until the test ends it. */
const makeYard = Effect.gen(function* () {
  const { dial } = yield* DialBudget
  /** The dials that have begun, in order. */
  const begun: Array<{ readonly name: string; readonly at: number }> = []
  const running = new Map<string, Deferred.Deferred<void, Failed>>()
  let mostRunning = 0

  /** Asks for a dial in a fiber. */
  const ask = (name: string, lane: Lane = "healthy") =>
    Effect.forkChild(
      dial(lane)(
        Effect.gen(function* () {
          const end = yield* Deferred.make<void, Failed>()
          begun.push({ name, at: yield* Clock.currentTimeMillis })
          running.set(name, end)
          mostRunning = Math.max(mostRunning, running.size)
          yield* Effect.ensuring(
            Deferred.await(end),
            Effect.sync(() => running.delete(name))
          )
        })
      ),
      { startImmediately: true }
    )

  return {
    ask,
    askAll: (count: number, lane: Lane = "healthy", name: string = lane) =>
      Effect.forEach(
        Array.from({ length: count }, (_, n) => `${name} ${n}`),
        (each) => ask(each, lane)
      ),
    end: (name: string, exit: Exit.Exit<void, Failed> = Exit.void) =>
      Effect.andThen(
        Effect.sync(() => Deferred.doneUnsafe(running.get(name)!, exit)),
        Effect.yieldNow
      ),
    begun,
    names: () => begun.map(({ name }) => name),
    times: () => begun.map(({ at }) => at),
    running,
    mostRunning: () => mostRunning
  }
})

const numbered = (name: string, from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => `${name} ${n + from}`)

describe("dials in flight are bounded for the whole fleet", () => {
  it.effect("never more than maxDials, however many wait, and the next begins as one ends", () =>
    Effect.gen(function* () {
      const yard = yield* makeYard
      yield* yard.askAll(100)
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yard.names(), numbered("healthy", 0, 8))
      yield* yard.end("healthy 3")
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yard.names(), numbered("healthy", 0, 9))
      assert.strictEqual(yard.mostRunning(), 8)
    }).pipe(budget(8, 500))
  )

  it.effect("a dial that fails, that dies or that is interrupted frees its place", () =>
    Effect.gen(function* () {
      const yard = yield* makeYard
      const [first, second, third] = yield* yard.askAll(6)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yard.begun.length, 3)
      yield* yard.end("healthy 0", Exit.fail(new Failed()))
      yield* yard.end("healthy 1", Exit.die("a bug"))
      yield* Fiber.interrupt(third!)
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yard.names(), numbered("healthy", 0, 6))
      // And its outcome is the caller's.
      assert.deepStrictEqual(yield* Fiber.await(first!), Exit.fail(new Failed()))
      assert.deepStrictEqual(yield* Fiber.await(second!), Exit.die("a bug"))
    }).pipe(budget(3, 500))
  )

  it.effect("one that is interrupted while it waits never begins, and takes no place", () =>
    Effect.gen(function* () {
      const yard = yield* makeYard
      const fibers = yield* yard.askAll(5)
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(fibers[2]!)
      yield* Fiber.interrupt(fibers[3]!)
      yield* yard.end("healthy 0")
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yard.names(), ["healthy 0", "healthy 1", "healthy 4"])
    }).pipe(budget(2, 500))
  )

  it.effect("one that is interrupted in the instant that its turn comes leaves the place to the next", () =>
    Effect.gen(function* () {
      const yard = yield* makeYard
      const fibers = yield* yard.askAll(3)
      yield* TestClock.adjust("1 second")
      const ended = yield* Effect.forkChild(yard.end("healthy 0"), { startImmediately: true })
      fibers[1]!.interruptUnsafe()
      yield* Fiber.join(ended)
      yield* TestClock.adjust("1 second")
      assert.include(yard.names(), "healthy 2")
      yield* yard.end("healthy 2")
      yield* yard.ask("last")
      yield* TestClock.adjust("1 second")
      assert.include(yard.names(), "last")
    }).pipe(budget(1, 500))
  )
})

describe("a dial that must not begin any more when its turn comes", () => {
  it.effect("is turned away: it does not begin, and takes neither place nor pace", () =>
    Effect.gen(function* () {
      const yard = yield* makeYard
      const { dial } = yield* DialBudget
      yield* yard.ask("first")
      let mayStart = true
      const begun: Array<number> = []
      const waiting = yield* Effect.forEach(Array.from({ length: 100 }), (_, n) =>
        Effect.forkChild(dial("healthy", () => mayStart)(Effect.sync(() => void begun.push(n))), {
          startImmediately: true
        })
      )
      yield* yard.askAll(2)
      mayStart = false
      yield* yard.end("first")
      yield* TestClock.adjust(1_000)
      for (const fiber of waiting) assert.deepStrictEqual(yield* Fiber.await(fiber), Exit.fail(new TurnedAway()))
      assert.deepStrictEqual(begun, [])
      assert.deepStrictEqual(yard.times(), [0, 1_000])
      yield* yard.end("healthy 0")
      yield* TestClock.adjust(1_000)
      assert.deepStrictEqual(yard.names(), ["first", "healthy 0", "healthy 1"])
    }).pipe(budget(1, 1))
  )

  it.effect("is turned away at once if it need not wait for its turn", () =>
    Effect.gen(function* () {
      const yard = yield* makeYard
      const { dial } = yield* DialBudget
      const turned = yield* Effect.exit(dial("healthy", () => false)(Effect.void))
      assert.deepStrictEqual(turned, Exit.fail(new TurnedAway()))
      yield* yard.ask("next")
      assert.deepStrictEqual(yard.times(), [0])
    }).pipe(budget(1, 1))
  )

  it.effect("is not asked about any more once it has begun", () =>
    Effect.gen(function* () {
      const yard = yield* makeYard
      const { dial } = yield* DialBudget
      let asked = 0
      yield* yard.ask("first")
      const mayStart = () => ++asked > 0
      const second = yield* Effect.forkChild(dial("healthy", mayStart)(Effect.sleep("1 minute")), {
        startImmediately: true
      })
      yield* yard.end("first")
      yield* TestClock.adjust("1 second")
      const before = asked
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(asked, before)
      assert.deepStrictEqual(yield* Fiber.await(second), Exit.void)
    }).pipe(budget(1, 500))
  )
})

describe("an interruption at every point of a dial's way", () => {
  it.effect("leaves no place taken, and no dial under way", () =>
    Effect.gen(function* () {
      const { dial } = yield* DialBudget
      const outcomes: Array<string> = []
      for (let point = 0; point < 120; point++) {
        let what = "waits"
        const first = yield* Effect.forkChild(dial("healthy")(Effect.never), { startImmediately: true })
        yield* TestClock.adjust("1 second")
        const second = yield* dial("healthy")(
          Effect.acquireUseRelease(
            Effect.sync(() => void (what = "dials")),
            () => Effect.never,
            () => Effect.sync(() => void (what = "ended"))
          )
        ).pipe(stepByStep, Effect.forkChild)
        for (let turn = 0; turn < point; turn++) {
          // Its place comes free on its way.
          if (turn === 30) yield* Fiber.interrupt(first)
          yield* Effect.yieldNow
        }
        yield* Fiber.interrupt(first)
        outcomes.push(what)
        yield* Fiber.interrupt(second)
        assert.include(["waits", "ended"], what, `interrupted at point ${point}`)
        // And the place is there for the next.
        yield* TestClock.adjust("1 second")
        const next = yield* Effect.forkChild(dial("healthy")(Effect.void), { startImmediately: true })
        yield* Effect.yieldNow
        assert.isDefined(next.pollUnsafe(), `interrupted at point ${point}`)
        yield* TestClock.adjust("1 second")
      }
      assert.deepStrictEqual([...new Set(outcomes)], ["waits", "dials"])
    }).pipe(budget(1, 500))
  )
})

describe("nobody jumps the queue", () => {
  it.effect("not even one that comes in the instant that a place is freed", () =>
    Effect.gen(function* () {
      const yard = yield* makeYard
      yield* yard.askAll(1)
      yield* yard.ask("waits", "failing")
      yield* TestClock.adjust("1 second")
      Deferred.doneUnsafe(yard.running.get("healthy 0")!, Exit.void)
      yield* yard.ask("comes", "failing")
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yard.names(), ["healthy 0", "waits"])
    }).pipe(budget(1, 500))
  )
})

describe("dials are paced", () => {
  it.effect("the first begins at once, the others at the rate", () =>
    Effect.gen(function* () {
      const yard = yield* makeYard
      yield* yard.askAll(5)
      assert.deepStrictEqual(yard.times(), [0])
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yard.times(), [0, 100, 200, 300, 400])
    }).pipe(budget(64, 10))
  )

  it.effect("a pause saves up nothing for a burst", () =>
    Effect.gen(function* () {
      const yard = yield* makeYard
      yield* yard.ask("early")
      yield* TestClock.adjust("1 hour")
      yield* yard.askAll(3)
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yard.times().slice(1), [3_600_000, 3_600_100, 3_600_200])
    }).pipe(budget(64, 10))
  )

  it.effect("nor does a time when every place was taken, or kept free of the failing", () =>
    Effect.gen(function* () {
      const yard = yield* makeYard
      yield* yard.askAll(60)
      yield* TestClock.adjust("1 minute")
      yield* yard.askAll(60, "healthy", "late")
      yield* TestClock.adjust("1 minute")
      // All hung dials end in one instant, as they do when they time out.
      for (const name of numbered("healthy", 0, 60)) yield* yard.end(name)
      yield* TestClock.adjust("1 minute")
      const together = (count: number, at: number) => Array.from({ length: count }, () => at)
      assert.deepStrictEqual(yard.times().slice(60), [
        ...together(25, 120_000),
        ...together(25, 120_050),
        ...together(10, 120_100)
      ])
    }).pipe(budget(60, 500))
  )

  it.effect("a timer that is a little late costs no pace", () =>
    Effect.gen(function* () {
      const clock = new HandClock(100)
      const count = yield* Effect.gen(function* () {
        const yard = yield* makeYard
        yield* yard.askAll(600)
        // Each turn of the timer comes up to 3 ms late.
        yield* clock.pass("1 second", 3)
        return yard.begun.length
      }).pipe(budget(10_000, 500), Effect.provideService(Clock.Clock, clock))
      // What is due in a second, and the batch that began at once.
      assert.isAtLeast(count, 500)
      assert.isAtMost(count, 500 + 25 + 1)
    })
  )

  it.effect("one that is very late lets no more begin than are due in a batch and what a timer may be late", () =>
    Effect.gen(function* () {
      const clock = new HandClock(100)
      const [before, after, later] = yield* Effect.gen(function* () {
        const yard = yield* makeYard
        yield* yard.askAll(300)
        yield* clock.pass("100 millis", 1)
        const before = yard.begun.length
        yield* clock.jump("1 minute")
        const after = yard.begun.length
        yield* clock.pass("100 millis", 1)
        return [before, after, yard.begun.length]
      }).pipe(budget(10_000, 500), Effect.provideService(Clock.Clock, clock))
      assert.isAtMost(before!, (batch + 100) / 2 + 1)
      assert.isAtMost(after! - before!, (batch + catchUp) / 2 + 1)
      assert.isAtMost(later! - after!, 100 / 2 + 1)
    })
  )

  it.effect("a wall clock that is set back holds up nobody", () =>
    Effect.gen(function* () {
      const clock = new HandClock(100)
      const begun = yield* Effect.gen(function* () {
        const yard = yield* makeYard
        yield* yard.askAll(3)
        clock.stepBack("1 hour")
        yield* clock.pass("1 second", 10)
        return yard.names()
      }).pipe(budget(64, 10), Effect.provideService(Clock.Clock, clock))
      assert.deepStrictEqual(begun, numbered("healthy", 0, 3))
    })
  )
})

describe("failing teams draw on a budget of their own", () => {
  it.effect("they leave a quarter of the places free, which a healthy team finds at once", () =>
    Effect.gen(function* () {
      const yard = yield* makeYard
      yield* yard.askAll(20, "failing")
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yard.names(), numbered("failing", 0, 6))
      yield* yard.ask("healthy a")
      yield* yard.ask("healthy b")
      yield* yard.ask("healthy c")
      yield* TestClock.adjust("25 millis")
      assert.deepStrictEqual(yard.names().slice(6), ["healthy a", "healthy b"])
    }).pipe(budget(8, 500))
  )

  it.effect("they have all of the pace, and all but that quarter, while no healthy team waits", () =>
    Effect.gen(function* () {
      const yard = yield* makeYard
      yield* yard.askAll(6, "failing")
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yard.times(), [0, 100, 200, 300, 400, 500])
    }).pipe(budget(8, 10))
  )

  it.effect("a healthy team that comes later goes before them", () =>
    Effect.gen(function* () {
      const yard = yield* makeYard
      yield* yard.askAll(3, "failing")
      yield* yard.askAll(2, "healthy")
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yard.names(), ["failing 0", "healthy 0", "healthy 1", "failing 1", "failing 2"])
    }).pipe(budget(8, 10))
  )

  it.effect("they go before nobody even when every place is taken", () =>
    Effect.gen(function* () {
      const yard = yield* makeYard
      yield* yard.askAll(4, "healthy", "first")
      yield* TestClock.adjust("1 second")
      yield* yard.askAll(2, "failing")
      yield* yard.askAll(2, "healthy")
      for (const name of numbered("first", 0, 4)) {
        yield* yard.end(name)
        yield* TestClock.adjust("1 second")
      }
      assert.deepStrictEqual(yard.names().slice(4), ["healthy 0", "healthy 1", "failing 0", "failing 1"])
    }).pipe(budget(4, 500))
  )

  it.effect("where there are too few places to keep one free, they are still dialled", () =>
    Effect.gen(function* () {
      const yard = yield* makeYard
      yield* yard.askAll(2, "failing")
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yard.names(), ["failing 0"])
    }).pipe(budget(1, 500))
  )
})

describe("asks", () => {
  it.effect("are paced at the rate, not bounded, and healthy teams ask first", () =>
    Effect.gen(function* () {
      const { awaitAsk } = yield* DialBudget
      const asked: Array<string> = []
      const ask = (name: string, lane: Lane) =>
        Effect.forkChild(
          Effect.andThen(
            awaitAsk(lane),
            Effect.map(Clock.currentTimeMillis, (at) => void asked.push(`${name} @${at}`))
          ),
          { startImmediately: true }
        )
      yield* ask("failing a", "failing")
      yield* ask("failing b", "failing")
      const gone = yield* ask("gone", "healthy")
      yield* ask("healthy", "healthy")
      yield* Fiber.interrupt(gone)
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(asked, ["failing a @0", "healthy @100", "failing b @200"])
    }).pipe(budget(1, 10))
  )

  it.effect("and dials do not wait for each other", () =>
    Effect.gen(function* () {
      const { awaitAsk } = yield* DialBudget
      const yard = yield* makeYard
      yield* yard.askAll(2)
      yield* awaitAsk("healthy")
      assert.strictEqual(yield* Clock.currentTimeMillis, 0)
    }).pipe(budget(1, 1))
  )
})

const Arrival = Schema.Struct({
  /** Milliseconds after the arrival before. */
  after: Schema.Literals([0, 0, 0, 1, 7, 40, 300]),
  lane: Schema.Literals(["healthy", "failing"]),
  lasts: Schema.Literals([0, 1, 10, 100, 1000]),
  /** Milliseconds after its arrival at which its fiber is interrupted, whatever it is doing. */
  interrupted: Schema.NullOr(Schema.Literals([0, 1, 20, 500]))
})

it.effect.prop(
  "whatever comes and goes, all of these rules are kept",
  [
    Schema.Array(Arrival).check(Schema.isMinLength(10), Schema.isMaxLength(60)),
    Schema.Literals([1, 2, 4, 9]),
    Schema.Literals([3, 100, 500, 7000])
  ],
  ([arrivals, maxDials, dialRate]) =>
    Effect.gen(function* () {
      const happenings: Array<Happening> = []
      const happened = (what: Happening["what"], id: number, lane: Lane) =>
        Effect.map(Clock.currentTimeMillis, (at) => void happenings.push({ what, id, lane, at }))

      yield* Effect.gen(function* () {
        const { dial } = yield* DialBudget
        const fibers: Array<Fiber.Fiber<void, TurnedAway>> = []
        for (const [id, { after, interrupted, lane, lasts }] of arrivals.entries()) {
          yield* TestClock.adjust(after)
          yield* happened("arrives", id, lane)
          const attempt = dial(lane)(
            Effect.andThen(happened("begins", id, lane), Effect.sleep(lasts)).pipe(
              Effect.ensuring(happened("ends", id, lane))
            )
          )
          const waiting = Effect.onInterrupt(attempt, () => happened("gives up", id, lane))
          const fiber = yield* Effect.forkChild(waiting, { startImmediately: true })
          if (interrupted !== null) {
            yield* Effect.forkChild(Effect.delay(Fiber.interrupt(fiber), interrupted), { startImmediately: true })
          }
          fibers.push(fiber)
        }
        yield* TestClock.adjust("5 minutes")
        for (const fiber of fibers) assert.isDefined(fiber.pollUnsafe(), "a dial never ended")
      }).pipe(budget(maxDials, dialRate))

      assertKept(happenings, { maxDials, reserved: Math.floor(maxDials / 4), gap: 1000 / dialRate })
    }).pipe(Effect.provide(TestClock.layer())),
  { arbitrary: { runs: 200, seed: 1, size: 60 } }
)
