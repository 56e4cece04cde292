import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Layer, Schema, Stream } from "effect"
import { TestClock } from "effect/testing"
import * as InboxMemory from "../../src/layers/InboxMemory.ts"
import * as StatsMemory from "../../src/layers/StatsMemory.ts"
import { Inbox } from "../../src/services/Inbox.ts"
import { Stats } from "../../src/services/Stats.ts"
import type { TeamId } from "../../src/wire/TeamId.ts"

const inboxOf = (bounds?: InboxMemory.InboxLimits) => Layer.provideMerge(InboxMemory.layer(bounds), StatsMemory.layer)

const overflow = Effect.map(
  Stats.use((stats) => stats.totals),
  ({ incidents }) => incidents["inbox.overflow"] ?? 0
)

const offer = (teamId: TeamId, ...texts: ReadonlyArray<string>) =>
  Inbox.use((inbox) =>
    Effect.sync(() => {
      for (const text of texts) inbox.offer(teamId, text)
    })
  )

/** Reads that many messages, as `team:text`. */
const read = (count: number) =>
  Inbox.use((inbox) =>
    inbox.messages.pipe(
      Stream.take(count),
      Stream.map(({ teamId, text }) => `${teamId}:${text}`),
      Stream.runCollect
    )
  )

const forkNow = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.forkChild(effect, { startImmediately: true })

const never = () => Effect.never

describe("InboxMemory", () => {
  it.effect("gives a team's messages in order, with the time at which they came", () =>
    Effect.gen(function* () {
      yield* offer("a", "one")
      yield* TestClock.adjust("3 seconds")
      yield* offer("a", "two")
      yield* TestClock.adjust("1 minute")
      const messages = yield* Inbox.use((inbox) => Stream.runCollect(Stream.take(inbox.messages, 2)))
      assert.deepStrictEqual(messages, [
        { teamId: "a", text: "one", receivedAt: 0 },
        { teamId: "a", text: "two", receivedAt: 3000 }
      ])
    }).pipe(Effect.provide(inboxOf()))
  )

  it.effect("gives teams their turns, however much one of them says", () =>
    Effect.gen(function* () {
      yield* offer("loud", "1", "2", "3", "4")
      yield* offer("b", "1")
      yield* offer("c", "1", "2")
      assert.deepStrictEqual(yield* read(7), ["loud:1", "b:1", "c:1", "loud:2", "c:2", "loud:3", "loud:4"])
    }).pipe(Effect.provide(inboxOf()))
  )

  it.effect("drops what is too much in characters, but for one that waits alone", () =>
    Effect.gen(function* () {
      yield* offer("a", "x".repeat(11))
      yield* offer("b", "y")
      assert.strictEqual(yield* overflow, 1)
      yield* read(1)
      yield* offer("c", "123456", "7890", "x")
      assert.strictEqual(yield* overflow, 2)
      assert.deepStrictEqual(yield* read(2), ["c:123456", "c:7890"])
    }).pipe(Effect.provide(inboxOf({ characters: 10 })))
  )

  it.effect("tells the integer 1 from the string 1", () =>
    Effect.gen(function* () {
      yield* offer(1, "int")
      yield* offer("1", "string")
      yield* offer(1, "int")
      assert.strictEqual(yield* overflow, 1)
      assert.deepStrictEqual(yield* read(2), ["1:int", "1:string"])
    }).pipe(Effect.provide(inboxOf({ perTeam: 1 })))
  )

  it.effect("drops and counts the newest of a team whose buffer is full, and has room again when it is read", () =>
    Effect.gen(function* () {
      yield* offer("a", "1", "2", "3", "4")
      yield* offer("b", "1")
      assert.strictEqual(yield* overflow, 2)
      assert.deepStrictEqual(yield* read(3), ["a:1", "b:1", "a:2"])
      yield* offer("a", "5", "6")
      assert.strictEqual(yield* overflow, 2)
      assert.deepStrictEqual(yield* read(2), ["a:5", "a:6"])
    }).pipe(Effect.provide(inboxOf({ perTeam: 2 })))
  )

  it.effect("drops and counts what all teams together have no room for", () =>
    Effect.gen(function* () {
      for (const team of [1, 2, 3, 4]) yield* offer(team, "x", "y")
      assert.strictEqual(yield* overflow, 5)
      assert.deepStrictEqual(yield* read(3), ["1:x", "2:x", "1:y"])
      yield* offer(4, "x")
      assert.strictEqual(yield* overflow, 5)
      assert.deepStrictEqual(yield* read(1), ["4:x"])
    }).pipe(Effect.provide(inboxOf({ total: 3 })))
  )

  it.effect("keeps nothing of a team that has been read: far more teams than there is room for come and go", () =>
    Effect.gen(function* () {
      for (let team = 0; team < 1000; team++) {
        yield* offer(team, "x")
        assert.deepStrictEqual(yield* read(1), [`${team}:x`])
      }
      assert.strictEqual(yield* overflow, 0)
    }).pipe(Effect.provide(inboxOf({ total: 2 })))
  )

  it.effect("wakes readers that wait, and gives each message to one of them", () =>
    Effect.gen(function* () {
      const readers = yield* Effect.all([forkNow(read(2)), forkNow(read(2))])
      yield* offer("a", "1", "2")
      yield* offer("b", "1", "2")
      const heard = yield* Effect.all(readers.map(Fiber.join))
      assert.deepStrictEqual(heard.flat().sort(), ["a:1", "a:2", "b:1", "b:2"])
    }).pipe(Effect.provide(inboxOf()))
  )

  it.effect("loses nothing when a reader that waits is interrupted", () =>
    Effect.gen(function* () {
      const reader = yield* forkNow(read(1))
      const other = yield* forkNow(read(1))
      yield* offer("a", "1")
      yield* Fiber.interrupt(reader)
      yield* offer("a", "2")
      const rest = yield* Fiber.join(other)
      const gone = Exit.isSuccess(yield* Fiber.await(reader)) ? 1 : 0
      assert.deepStrictEqual(gone === 1 ? ["a:1", ...rest] : [...rest, ...(yield* read(1))], ["a:1", "a:2"])
    }).pipe(Effect.provide(inboxOf()))
  )

  describe("a turn", () => {
    it.effect("keeps the team's other messages waiting, whoever reads, and no other team's", () =>
      Effect.gen(function* () {
        const inbox = yield* Inbox
        yield* offer("a", "1", "2")
        const turn = yield* forkNow(inbox.turn(never))
        yield* offer("a", "3")
        yield* offer("b", "1", "2")
        const reader = yield* forkNow(read(4))
        yield* offer("a", "4")
        yield* offer("c", "1")
        assert.isUndefined(reader.pollUnsafe())
        yield* Fiber.interrupt(turn)
        assert.deepStrictEqual(yield* Fiber.join(reader), ["b:1", "b:2", "c:1", "a:2"])
        assert.deepStrictEqual(yield* read(2), ["a:3", "a:4"])
      }).pipe(Effect.provide(inboxOf()))
    )

    it.effect("leaves its team the room that it has at any other time", () =>
      Effect.gen(function* () {
        const inbox = yield* Inbox
        yield* offer("a", "1")
        yield* forkNow(inbox.turn(never))
        yield* offer("a", "2", "3", "4")
        assert.strictEqual(yield* overflow, 1)
      }).pipe(Effect.provide(inboxOf({ perTeam: 2 })))
    )

    it.effect("hands on what it makes of the message, or fails with", () =>
      Effect.gen(function* () {
        const inbox = yield* Inbox
        yield* offer("a", "1", "2", "3", "4")
        assert.strictEqual(yield* inbox.turn(({ text }) => Effect.succeed(text)), "1")
        assert.strictEqual(yield* Effect.flip(inbox.turn(({ text }) => Effect.fail(text))), "2")
        const thrown = yield* Effect.exit(
          inbox.turn((): Effect.Effect<void> => {
            throw new Error("bug")
          })
        )
        assert.isTrue(Exit.hasDies(thrown))
        assert.deepStrictEqual(yield* read(1), ["a:4"])
      }).pipe(Effect.provide(inboxOf()))
    )

    it.effect("that waits for a message can be interrupted", () =>
      Effect.gen(function* () {
        const inbox = yield* Inbox
        yield* Fiber.interrupt(yield* forkNow(inbox.turn(never)))
        yield* offer("a", "1")
        assert.deepStrictEqual(yield* read(1), ["a:1"])
      }).pipe(Effect.provide(inboxOf()))
    )
  })

  it.effect.prop(
    "has for every message one outcome: read, in its team's order, or counted as lost",
    [Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: -4, maximum: 3 }))).check(Schema.isMaxLength(200))],
    ([script]) =>
      Effect.gen(function* () {
        const inbox = yield* Inbox
        const offered = new Map<TeamId, number>()
        const heard = new Map<TeamId, Array<number>>()
        let waiting = 0
        let lost = 0
        const drain = inbox.turn(({ teamId, text }) =>
          Effect.sync(() => {
            heard.set(teamId, [...(heard.get(teamId) ?? []), Number(text)])
            waiting--
          })
        )
        // 0 and up: that team speaks. Below: a message is read, if one waits.
        for (const step of script) {
          if (step >= 0) {
            const n = (offered.get(step) ?? 0) + 1
            offered.set(step, n)
            inbox.offer(step, String(n))
            const now = yield* overflow
            if (now === lost) waiting++
            lost = now
          } else if (waiting > 0) yield* drain
        }
        yield* Effect.forEach(Array.from({ length: waiting }), () => drain)
        let read = 0
        for (const numbers of heard.values()) {
          read += numbers.length
          assert.deepStrictEqual(
            numbers,
            [...new Set(numbers)].sort((a, b) => a - b)
          )
        }
        assert.strictEqual(read + lost, script.filter((step) => step >= 0).length)
      }).pipe(Effect.provide(inboxOf({ perTeam: 3, total: 8 }))),
    { arbitrary: { runs: 100, seed: 1 } }
  )
})
