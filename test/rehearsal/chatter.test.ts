import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { chatter, type ChatterOptions } from "../../src/rehearsal/chatter.ts"
import { Rehearsal } from "../../src/rehearsal/Rehearsal.ts"
import { connect, connectGlobal, inMemory, turn } from "./client.ts"

/** What a client hears of ten minutes of chatter, whose sockets stay up all the time. */
const listen = (options: ChatterOptions) =>
  Effect.gen(function* () {
    const rehearsal = yield* Rehearsal
    const global = yield* connectGlobal
    yield* rehearsal.configure({ singleUseUrls: false })
    const talking = yield* Effect.forkChild(chatter(options), { startImmediately: true })
    yield* turn
    for (let id = 1; id <= options.teams; id++) yield* rehearsal.offer(id)
    const teams = yield* Effect.forEach(global.urls, (url) => connect(url))
    yield* TestClock.adjust("10 minutes")
    yield* Fiber.interrupt(talking)
    const state = yield* rehearsal.state
    return { membership: global.events, messages: teams.map((team) => team.messages), said: { ...state.said } }
  }).pipe(inMemory(), Effect.provide(TestClock.layer()))

describe("chatter", () => {
  it.effect("joins its teams, and lets them talk at about the rate asked for, a share of it with props", () =>
    Effect.gen(function* () {
      const { membership, messages, said } = yield* listen({
        teams: 20,
        messagesPerSecond: 5,
        propsShare: 0.25,
        leavesPerMinute: 0,
        seed: 1
      })
      assert.strictEqual(membership.filter((event) => event.type === "team.join").length, 20)
      assert.approximately(said.messages, 3_000, 200)
      assert.approximately(said.props / said.messages, 0.25, 0.05)
      assert.isTrue(
        messages.every((texts) => texts.length > 50),
        "every team talks"
      )
    })
  )

  it.effect("lets teams leave and come back", () =>
    Effect.gen(function* () {
      const { membership } = yield* listen({ teams: 5, leavesPerMinute: 12, seed: 1 })
      const lefts = membership.filter((event) => event.type === "team.left").length
      const joins = membership.filter((event) => event.type === "team.join").length
      assert.approximately(lefts, 120, 40)
      assert.approximately(joins - 5, lefts, 3)
    })
  )

  it.effect("is the same for the same seed, and another for another", () =>
    Effect.gen(function* () {
      const first = yield* listen({ teams: 5, seed: "a" })
      assert.deepStrictEqual(yield* listen({ teams: 5, seed: "a" }), first)
      assert.notDeepEqual(yield* listen({ teams: 5, seed: "b" }), first)
    })
  )
})
