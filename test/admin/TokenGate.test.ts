import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Fiber, Layer, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { AdminSettings } from "../../src/admin/AdminSettings.ts"
import { signed, signingKey } from "../../src/admin/signature.ts"
import { TokenGate } from "../../src/admin/TokenGate.ts"
import * as StatsMemory from "../../src/layers/StatsMemory.ts"
import { LogThrottle } from "../../src/services/LogThrottle.ts"
import { Stats } from "../../src/services/Stats.ts"
import { logLines } from "../support/logLines.ts"

const token = Redacted.make("the-token")

const ground = TokenGate.layer.pipe(
  Layer.provide(LogThrottle.layer),
  Layer.provideMerge(StatsMemory.layer),
  Layer.provide(
    Layer.succeed(AdminSettings, {
      host: "0.0.0.0",
      port: 0,
      loopback: false,
      names: [],
      token,
      readyShare: 0.9,
      version: "0"
    })
  )
)

const question = { method: "GET", url: "/api/fleet?x=1" }

const judge = (authorization: string | undefined, client = "192.0.2.1", asked = question) =>
  TokenGate.use((gate) => gate.judge({ authorization, client, ...asked }))

const refused = Effect.map(
  Stats.use(({ totals }) => totals),
  ({ incidents }) => incidents["operator.refused"] ?? 0
)

describe("what is shown to the gate", () => {
  it.effect("is right where it is the token, and wrong where it is another", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* judge("Bearer the-token"), "right")
      assert.strictEqual(yield* judge("bearer the-token"), "right")
      for (const other of ["Bearer the-toke", "Bearer the-tokenx", "Bearer THE-TOKEN"]) {
        assert.strictEqual(yield* judge(other), "wrong", other)
      }
      for (const none of [undefined, "", "Bearer ", "the-token", "Basic the-token"]) {
        assert.strictEqual(yield* judge(none), "none", none)
      }
      assert.strictEqual(yield* refused, 3)
    }).pipe(Effect.provide(ground))
  )

  it.effect("is right where the token has signed the question, and for a minute", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust("1 hour")
      const now = yield* Clock.currentTimeMillis
      const sign = Effect.fnUntraced(function* (by: Redacted.Redacted, at = now) {
        return signed(yield* signingKey(by), question, at)
      })
      const signature = yield* sign(token)
      assert.notInclude(signature, "the-token")
      assert.strictEqual(yield* judge(signature), "right")
      for (const asked of [
        { ...question, method: "POST" },
        { ...question, url: "/api/fleet?x=2" }
      ]) {
        assert.strictEqual(yield* judge(signature, "192.0.2.1", asked), "wrong", asked.method + asked.url)
      }
      assert.strictEqual(yield* judge(signature.replace(`${now}`, `${now + 1}`)), "wrong")
      assert.strictEqual(yield* judge(yield* sign(Redacted.make("the-tokenx"))), "wrong")
      assert.strictEqual(yield* judge(yield* sign(token, now + 60_001)), "late")
      yield* TestClock.adjust("61 seconds")
      assert.strictEqual(yield* judge(signature), "late")
      assert.strictEqual(yield* refused, 4)
    }).pipe(Effect.provide(ground))
  )

  it.effect("is slowed after ten wrong tokens, right ones of the same client too, and of no other", () =>
    Effect.gen(function* () {
      for (let count = 0; count < 10; count++) assert.strictEqual(yield* judge("Bearer no"), "wrong")
      const right = yield* Effect.forkChild(judge("Bearer the-token"), { startImmediately: true })
      assert.strictEqual(yield* judge("Bearer the-token", "192.0.2.2"), "right")
      yield* TestClock.adjust(999)
      assert.isUndefined(right.pollUnsafe())
      yield* TestClock.adjust(1)
      assert.strictEqual(yield* Fiber.join(right), "right")

      const guesses = yield* Effect.forEach(Array.from({ length: 20 }), () =>
        Effect.forkChild(judge("Bearer no"), { startImmediately: true })
      )
      yield* TestClock.adjust("1 minute")
      const judged = yield* Effect.forEach(guesses, Fiber.join)
      assert.strictEqual(judged.filter((one) => one === "wrong").length, 6)
      assert.strictEqual(judged.filter((one) => one === "slowed").length, 14)
    }).pipe(Effect.provide(ground))
  )

  it.effect("is logged where it is wrong, with who showed it and not what, and not each time", () =>
    Effect.gen(function* () {
      const { capture, lines } = logLines()
      yield* Effect.gen(function* () {
        for (let count = 0; count < 5; count++) yield* judge("Bearer s3cret-guess", "198.51.100.7")
        yield* TestClock.adjust("11 seconds")
        yield* judge("Bearer s3cret-guess", "198.51.100.7")
      }).pipe(Effect.provide(ground), capture)
      const message = "a wrong token was shown to the admin surface"
      assert.deepStrictEqual(lines, [
        { level: "Warn", message, annotations: { from: "198.51.100.7" } },
        { level: "Warn", message, annotations: { from: "198.51.100.7", leftOut: 4 } }
      ])
    })
  )
})
