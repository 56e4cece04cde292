import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { Waiters } from "../../../src/services/ledger/Waiters.ts"

const waitFor = (waiters: Waiters<number>, what: number) =>
  Effect.forkChild(
    waiters.wait(what, () => {}),
    { startImmediately: true }
  )

describe("those that wait for the journal", () => {
  it.effect("go when it is their turn, and the others wait on", () =>
    Effect.gen(function* () {
      const waiters = new Waiters<number>()
      const one = yield* waitFor(waiters, 1)
      const two = yield* waitFor(waiters, 2)
      waiters.letGo((what) => what === 1)
      yield* Fiber.join(one)
      assert.isUndefined(two.pollUnsafe())
      assert.strictEqual(waiters.size, 1)
    })
  )

  it.effect("have asked for it by the time that they wait", () =>
    Effect.gen(function* () {
      const waiters = new Waiters<number>()
      yield* waiters.wait(1, () => waiters.letGo(() => true))
      assert.strictEqual(waiters.size, 0)
    })
  )

  it.effect("are not held once they are interrupted", () =>
    Effect.gen(function* () {
      const waiters = new Waiters<number>()
      const one = yield* waitFor(waiters, 1)
      yield* Fiber.interrupt(one)
      assert.strictEqual(waiters.size, 0)
    })
  )

  it.effect("wait for the next turn where they come back at once", () =>
    Effect.gen(function* () {
      const waiters = new Waiters<number>()
      const both = yield* Effect.forkChild(
        Effect.repeat(
          waiters.wait(1, () => {}),
          { times: 1 }
        ),
        { startImmediately: true }
      )
      const asked: Array<number> = []
      waiters.letGo((what) => asked.push(what) === 1)
      assert.isUndefined(both.pollUnsafe())
      assert.strictEqual(waiters.size, 1)
    })
  )
})
