import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { botFlags, botPlan } from "../../../src/cli/flags/bot.ts"
import { parse, problemOf } from "./parse.ts"

const plan = (args: ReadonlyArray<string>, variables?: Record<string, string>) =>
  Effect.map(parse(botFlags, args, variables), (outcome) =>
    "given" in outcome ? botPlan(outcome.given) : problemOf(outcome)
  )

describe("--bot", () => {
  it.effect("is none unless it is told", () =>
    Effect.gen(function* () {
      assert.isUndefined(yield* plan(["--bot-isolation", "process"]))
    })
  )

  it.effect("is kept apart in a thread, with half a gibibyte, unless it is told", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* plan(["--bot", "greeter.ts"]), {
        source: "--bot",
        file: "greeter.ts",
        isolation: "thread",
        memory: 512 * 1024 * 1024
      })
      assert.deepStrictEqual(
        yield* plan(["--bot-isolation", "process"], { BOTSWAIN_BOT: "a.ts", BOTSWAIN_BOT_MEMORY: "64 MiB" }),
        { source: "BOTSWAIN_BOT", file: "a.ts", isolation: "process", memory: 64 * 1024 * 1024 }
      )
    })
  )

  it.effect("is refused with a memory or an isolation that there is not, in a line that names the flag", () =>
    Effect.gen(function* () {
      for (const memory of ["63 MiB", "1024", "65 GiB"]) {
        assert.strictEqual(yield* plan(["--bot-memory", memory]), "--bot-memory: needs a size from 64 MiB to 64 GiB")
      }
      assert.match(String(yield* plan(["--bot-memory", "much"])), /^--bot-memory: needs a size/)
      assert.strictEqual(yield* plan(["--bot-isolation", "vm"]), "--bot-isolation: needs thread or process")
    })
  )
})
