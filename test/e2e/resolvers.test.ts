import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Result } from "effect"
import type { Answer } from "../../src/websocket/names/Name.ts"
import { makeResolvers, type Resolvers } from "../../src/websocket/names/resolvers.ts"
import { nameServer } from "./nameServer.ts"

const ask = (look: Resolvers["direct"], hostname: string): Effect.Effect<Answer> =>
  Effect.callback((resume) => look(hostname, (answer) => resume(Effect.succeed(answer))))

const failureOf = (answer: Answer) => (Result.isFailure(answer) ? answer.failure.message : "found")

describe("the system's resolver", () => {
  it.live("knows the hosts file, and says what it cannot find", () =>
    Effect.gen(function* () {
      const { system } = makeResolvers()
      assert.include(Result.getOrThrow(yield* ask(system, "localhost")), "127.0.0.1")
      assert.match(failureOf(yield* ask(system, "hunter2.invalid")), /^name: (ENOTFOUND|EAI_AGAIN)$/)
    })
  )
})

describe("the name servers, asked directly", () => {
  it.live("give the addresses of both families, and say what they do not know", () =>
    Effect.gen(function* () {
      const { direct } = makeResolvers([(yield* nameServer).address])
      assert.deepStrictEqual(Result.getOrThrow(yield* ask(direct, "ok.example")), ["192.0.2.1"])
      const both = Result.getOrThrow(yield* ask(direct, "both.ok.example"))
      assert.deepStrictEqual(both.toSorted(), ["192.0.2.1", "2001:db8::1"])
      assert.strictEqual(failureOf(yield* ask(direct, "missing.example")), "name: ENOTFOUND")
    })
  )

  it.live("are given up after some three seconds of silence, and asked by one socket a try for all names", () =>
    Effect.gen(function* () {
      const { address, askedFrom } = yield* nameServer
      const { direct } = makeResolvers([address])
      const since = yield* Clock.currentTimeMillis
      const names = Array.from({ length: 100 }, (_, n) => (n % 2 === 0 ? `dead${n}.example` : `ok${n}.example`))
      const answers = yield* Effect.forEach(names, (name) => ask(direct, name), { concurrency: "unbounded" })
      assert.strictEqual(answers.filter((answer) => Result.isSuccess(answer)).length, 50)
      // A second, and two for the second try.
      assert.isBelow((yield* Clock.currentTimeMillis) - since, 4500)
      assert.isAtMost(askedFrom.size, 2)
    })
  )
})
