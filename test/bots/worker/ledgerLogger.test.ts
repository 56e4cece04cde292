import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Logger } from "effect"
import type { Said } from "../../../src/bots/protocol.ts"
import { Ledger } from "../../../src/bots/worker/Ledger.ts"
import { ledgerLogger } from "../../../src/bots/worker/ledgerLogger.ts"
import { SpeechLimit } from "../../../src/bots/worker/SpeechLimit.ts"

/** What is said of an effect that logs. */
const said = <E>(logs: Effect.Effect<unknown, E>): Effect.Effect<ReadonlyArray<Said>, E> => {
  const ledger = new Ledger(
    new SpeechLimit(0),
    () => 0,
    () => {}
  )
  return logs.pipe(
    Effect.provide(Logger.layer([ledgerLogger(ledger)])),
    Effect.map(() => JSON.parse(JSON.stringify(ledger.report().said)))
  )
}

describe("what a bot logs", () => {
  it.effect("crosses with its level, its values as JSON has them, and its annotations", () =>
    Effect.gen(function* () {
      const lines = yield* said(
        Effect.annotateLogs(Effect.logWarning("a", 1, { b: [true, null] }, undefined, 2n), { team: 7 })
      )
      assert.deepStrictEqual(lines, [
        {
          _tag: "Logged",
          level: "Warn",
          message: ["a", 1, { b: [true, null] }, "undefined", "2n"],
          annotations: { team: 7 }
        }
      ])
    })
  )

  it.effect("crosses as text where it is an error, or is too long, or goes round in a circle", () =>
    Effect.gen(function* () {
      const circle: Record<string, unknown> = { long: "x".repeat(10_000) }
      circle["self"] = circle
      const [line] = yield* said(Effect.logError(new Error("boom"), circle, Cause.die(new Error("a cause"))))
      if (line?._tag !== "Logged") return assert.fail("nothing was logged")
      assert.match(String(line.message[0]), /^Error: boom/)
      assert.strictEqual(String(line.message[1]).length, 4096)
      assert.match(String(line.annotations["cause"]), /a cause/)
    })
  )

  it.effect("crosses as text where it cannot be told as JSON, and the bot goes on", () =>
    Effect.gen(function* () {
      const noJson = {
        toJSON: () => {
          throw new Error("no JSON")
        }
      }
      const unreadable = {
        get secret() {
          throw new Error("not to be read")
        }
      }
      const [line] = yield* said(Effect.annotateLogs(Effect.logInfo(noJson, unreadable, "and a word"), { noJson }))
      if (line?._tag !== "Logged") return assert.fail("nothing was logged")
      assert.deepStrictEqual(
        line.message.map((part) => typeof part),
        ["string", "string", "string"]
      )
      assert.strictEqual(line.message[2], "and a word")
      assert.isString(line.annotations["noJson"])
    })
  )
})
