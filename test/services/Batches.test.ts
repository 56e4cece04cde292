import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber } from "effect"
import { serveBatches } from "../../src/services/Batches.ts"
import { logLines } from "../support/logLines.ts"

const turn = Effect.repeat(Effect.yieldNow, { times: 5 })

describe("requests that are served beside who makes them", () => {
  it.effect("are served in one go where they wait together, and never twice", () =>
    Effect.gen(function* () {
      const served: Array<number> = []
      const gate = yield* Deferred.make<void>()
      const { ask, idle } = yield* serveBatches(
        (count) =>
          Effect.andThen(
            Deferred.await(gate),
            Effect.sync(() => void served.push(count))
          ),
        () => assert.fail("no defect")
      )
      yield* idle
      ask()
      yield* turn
      for (let n = 0; n < 3; n++) ask()
      const waits = yield* Effect.forkChild(idle)
      yield* turn
      assert.isUndefined(waits.pollUnsafe())
      yield* Deferred.succeed(gate, undefined)
      yield* Fiber.join(waits)
      assert.deepStrictEqual(served, [1, 3])
    }).pipe(Effect.scoped)
  )

  it.effect("end in a defect that is logged and told", () => {
    const { capture, lines } = logLines()
    return Effect.gen(function* () {
      const told = yield* Deferred.make<void>()
      const { ask } = yield* serveBatches(
        () => Effect.die("broken"),
        () => Deferred.doneUnsafe(told, Effect.void)
      )
      ask()
      yield* Deferred.await(told)
      assert.strictEqual(lines[0]?.message, "requests cannot be served")
    }).pipe(Effect.scoped, capture)
  })
})
