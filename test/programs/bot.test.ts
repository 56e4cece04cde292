import { assert, describe, it } from "@effect/vitest"
import { Context, Deferred, Effect, Exit, Fiber, Layer, Logger, References } from "effect"
import { TestClock } from "effect/testing"
import * as InboxMemory from "../../src/layers/InboxMemory.ts"
import * as StatsMemory from "../../src/layers/StatsMemory.ts"
import { type BotLimits, runBot } from "../../src/programs/bot.ts"
import { Bot, type BotHandler } from "../../src/services/Bot.ts"
import { Inbox, type InboxMessage } from "../../src/services/Inbox.ts"
import { LogThrottle } from "../../src/services/LogThrottle.ts"
import { Stats } from "../../src/services/Stats.ts"
import type { TeamId } from "../../src/wire/TeamId.ts"

interface Line {
  readonly message: string
  readonly annotations: Readonly<Record<string, unknown>>
}

/** Logs into a list. */
const logInto = (lines: Array<Line>) =>
  Logger.layer([
    Logger.make(({ fiber, message }) => {
      lines.push({
        message: Array.isArray(message) ? message.join(" ") : String(message),
        annotations: fiber.getRef(References.CurrentLogAnnotations)
      })
    })
  ])

/** A bot that runs, with its inbox. */
const start = <E, R>(handler: BotHandler<E, R>, bounds?: BotLimits) =>
  Effect.gen(function* () {
    const inbox = yield* Inbox
    const bot = yield* Layer.build(Bot.layer(handler))
    const running = yield* Effect.forkScoped(
      Effect.provideContext(runBot(bounds), Context.merge(yield* Effect.context<Inbox | LogThrottle | Stats>(), bot))
    )
    const say = (teamId: TeamId, ...texts: ReadonlyArray<string>) =>
      Effect.suspend(() => {
        for (const text of texts) inbox.offer(teamId, text)
        return settle
      })
    return { running, say }
  })

/** Lets everything happen that does not wait for time. */
const settle = TestClock.adjust(0)

const tallied = (incident: "bot.failed" | "inbox.overflow") =>
  Effect.map(
    Stats.use((stats) => stats.totals),
    ({ incidents }) => incidents[incident] ?? 0
  )

const label = ({ teamId, text }: InboxMessage) => `${teamId}:${text}`

const servicesLoggingInto = (lines: Array<Line>) =>
  Layer.mergeAll(InboxMemory.layer({ perTeam: 4 }), LogThrottle.layer).pipe(
    Layer.provideMerge(StatsMemory.layer),
    Layer.provideMerge(logInto(lines))
  )
const services = servicesLoggingInto([])

describe("runBot", () => {
  it.effect("handles the messages of a team one after the other, in order", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      const { say } = yield* start((message) =>
        Effect.gen(function* () {
          log.push(`begin ${label(message)}`)
          yield* Effect.sleep("1 second")
          log.push(`end ${label(message)}`)
        })
      )
      yield* say("a", "1", "2")
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(log, ["begin a:1", "end a:1", "begin a:2", "end a:2"])
    }).pipe(Effect.provide(services))
  )

  it.effect("handles many teams at once, no more than its bound", () =>
    Effect.gen(function* () {
      let now = 0
      let most = 0
      let done = 0
      const { say } = yield* start(
        () =>
          Effect.gen(function* () {
            most = Math.max(most, ++now)
            yield* Effect.sleep("1 second")
            now--
            done++
          }),
        { teamsAtOnce: 10 }
      )
      for (let team = 0; team < 25; team++) yield* say(team, "x")
      assert.strictEqual(now, 10)
      yield* TestClock.adjust("3 seconds")
      assert.deepStrictEqual({ most, done }, { most: 10, done: 25 })
    }).pipe(Effect.provide(services))
  )

  it.effect("ends a handler that hangs after its timeout, and holds up no other team meanwhile", () =>
    Effect.gen(function* () {
      const heard: Array<string> = []
      let interrupted = 0
      const { say } = yield* start(
        (message) => {
          heard.push(label(message))
          return message.text === "hang"
            ? Effect.onInterrupt(Effect.never, () => Effect.sync(() => void interrupted++))
            : Effect.void
        },
        { timeout: "5 seconds" }
      )
      yield* say("stuck", "hang", "next")
      yield* say("fine", "1", "2")
      assert.deepStrictEqual(heard, ["stuck:hang", "fine:1", "fine:2"])
      yield* TestClock.adjust("4999 millis")
      yield* say("fine", "3")
      assert.deepStrictEqual(heard.slice(3), ["fine:3"])
      yield* TestClock.adjust("1 milli")
      assert.deepStrictEqual(heard.slice(4), ["stuck:next"])
      assert.strictEqual(interrupted, 1)
      assert.strictEqual(yield* tallied("bot.failed"), 1)
    }).pipe(Effect.provide(services))
  )

  it.effect("leaves what a slow team says in that team's own buffer", () =>
    Effect.gen(function* () {
      const heard: Array<string> = []
      const { say } = yield* start((message) => {
        heard.push(label(message))
        return message.teamId === "slow" ? Effect.sleep("1 second") : undefined
      })
      yield* say("slow", ...Array.from({ length: 10 }, (_, n) => String(n)))
      assert.strictEqual(yield* tallied("inbox.overflow"), 6)
      for (let n = 0; n < 10; n++) yield* say("fast", String(n))
      assert.strictEqual(yield* tallied("inbox.overflow"), 6)
      assert.strictEqual(heard.filter((message) => message.startsWith("fast")).length, 10)
    }).pipe(Effect.provide(services))
  )

  const failures: Record<string, () => Effect.Effect<unknown, unknown> | Promise<unknown>> = {
    "an Effect that fails": () => Effect.fail("bad"),
    "an Effect that dies": () => Effect.die(new Error("bad")),
    "an Effect that interrupts itself": () => Effect.interrupt,
    "an Effect that never ends": () => Effect.never,
    "a handler that throws": () => {
      throw new Error("bad")
    },
    "a Promise that is rejected": () => Promise.reject(new Error("bad")),
    "a Promise that is never settled": () => new Promise(() => {})
  }
  for (const [what, fail] of Object.entries(failures)) {
    it.effect(`counts ${what}, and goes on`, () =>
      Effect.gen(function* () {
        const next = yield* Deferred.make<void>()
        const { running, say } = yield* start(
          ({ text }) => (text === "bad" ? fail() : Deferred.succeed(next, undefined)),
          { timeout: "1 second", teamsAtOnce: 1 }
        )
        yield* say("a", "bad", "good")
        yield* TestClock.adjust("1 second")
        yield* Deferred.await(next)
        assert.isUndefined(running.pollUnsafe())
        assert.strictEqual(yield* tallied("bot.failed"), 1)
      }).pipe(Effect.provide(services))
    )
  }

  it.effect("waits for a Promise before the team's next message", () =>
    Effect.gen(function* () {
      const heard: Array<string> = []
      const first = Promise.withResolvers<void>()
      const second = yield* Deferred.make<void>()
      const { say } = yield* start((message) => {
        heard.push(message.text)
        if (message.text === "1") return first.promise
        return Deferred.succeed(second, undefined)
      })
      yield* say("a", "1", "2")
      assert.deepStrictEqual(heard, ["1"])
      first.resolve()
      yield* Deferred.await(second)
      assert.deepStrictEqual(heard, ["1", "2"])
    }).pipe(Effect.provide(services))
  )

  it.effect("logs failures at once, then at most a line each ten seconds that counts the others", () => {
    const lines: Array<Line> = []
    return Effect.gen(function* () {
      const { say } = yield* start(() => Effect.fail("out of coffee"))
      for (let n = 0; n < 100; n++) yield* say(n, "x")
      assert.strictEqual(lines.length, 1)
      assert.deepInclude(lines[0], { message: "the bot failed on a message" })
      assert.include(String(lines[0]?.annotations["cause"]), "out of coffee")
      assert.strictEqual(lines[0]?.annotations["team"], 0)
      yield* TestClock.adjust("10 seconds")
      yield* say("late", "x")
      assert.strictEqual(lines.length, 2)
      assert.deepInclude(lines[1]?.annotations, { team: "late", leftOut: 99 })
      assert.strictEqual(yield* tallied("bot.failed"), 101)
    }).pipe(Effect.provide(servicesLoggingInto(lines)))
  })

  it.effect("ends what it handles when it is interrupted, and counts that as no failure", () =>
    Effect.gen(function* () {
      const ended = yield* Deferred.make<void>()
      const { running, say } = yield* start(() =>
        Effect.onInterrupt(Effect.never, () => Deferred.succeed(ended, undefined))
      )
      yield* say("a", "x")
      yield* Fiber.interrupt(running)
      assert.isTrue(yield* Deferred.isDone(ended))
      assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(running)))
      assert.strictEqual(yield* tallied("bot.failed"), 0)
    }).pipe(Effect.provide(services))
  )

  it.effect("gives a handler the services that its layer was given", () =>
    Effect.gen(function* () {
      class Answers extends Context.Service<Answers, Array<string>>()("test/Answers") {}
      const answers: Array<string> = []
      const { say } = yield* start((message) =>
        Answers.use((list) => Effect.sync(() => list.push(label(message))))
      ).pipe(Effect.provideService(Answers, answers))
      yield* say("a", "x")
      assert.deepStrictEqual(answers, ["a:x"])
    }).pipe(Effect.provide(services))
  )
})
