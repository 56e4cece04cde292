import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, relative } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { loadBot } from "../../../src/bots/worker/loadBot.ts"
import { Bot } from "../../../src/services/Bot.ts"
import { handled } from "./bots/handler.ts"
import { heard } from "./bots/layer.ts"

const bots = join(import.meta.dirname, "bots")

/** Loads a bot and has it handle one message. */
const tell = (file: string, text: string) =>
  Effect.flatMap(loadBot(file), (layer) =>
    Effect.provide(
      Bot.use((bot) => bot.handle({ teamId: "a", text, receivedAt: 0 })),
      layer
    )
  )

/** A file in a folder of its own, for the length of a scope. */
const written = (name: string, source: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const folder = mkdtempSync(join(tmpdir(), "bot-"))
      writeFileSync(join(folder, name), source)
      return join(folder, name)
    }),
    (file) => Effect.sync(() => rmSync(join(file, ".."), { recursive: true }))
  )

const refusal = Effect.fnUntraced(function* (source: string, name = "bot.mjs") {
  const file = yield* written(name, source)
  const error = yield* Effect.flip(Effect.scoped(Effect.flatMap(loadBot(file), Layer.build)))
  assert.strictEqual(error.message, `--bot ${file}: ${error.problem}`)
  assert.notInclude(error.message, "\n")
  return error.problem
})

describe("loadBot", () => {
  it.effect("loads a handler that answers with an Effect", () =>
    Effect.gen(function* () {
      yield* tell(join(bots, "handler.ts"), "hello")
      assert.deepStrictEqual(handled, ["hello"])
    })
  )

  it.effect("finds a file relative to the working directory", () =>
    Effect.gen(function* () {
      yield* loadBot(relative(process.cwd(), join(bots, "handler.ts")))
    })
  )

  it.effect("loads a plain function, and one that answers with a Promise", () =>
    Effect.gen(function* () {
      const plain = yield* written("plain.mjs", "export default ({ text }) => { if (text === 'bad') throw text }")
      yield* tell(plain, "good")
      const promise = yield* written(
        "promise.mjs",
        "export default async ({ text }) => { if (text === 'bad') throw text }"
      )
      yield* tell(promise, "good")
      assert.deepInclude(yield* Effect.flip(tell(promise, "bad")), { _tag: "BotFailed", cause: "bad" })
    })
  )

  it.effect("loads a Layer of a Bot, and closes it with its scope", () =>
    Effect.gen(function* () {
      yield* tell(join(bots, "layer.ts"), "hello")
      assert.deepStrictEqual(heard, ["hello", "end"])
    })
  )

  it.effect("refuses a file that is not there, and a folder", () =>
    Effect.gen(function* () {
      const missing = yield* Effect.flip(loadBot("no/such/bot.ts"))
      assert.strictEqual(missing.message, "--bot no/such/bot.ts: there is no such file")
      assert.strictEqual((yield* Effect.flip(loadBot(bots))).problem, "it is not a file")
    })
  )

  it.effect("refuses a module without a default export", () =>
    Effect.gen(function* () {
      assert.include(yield* refusal("export const handler = () => {}"), "it has no default export")
    })
  )

  for (const source of ["{}", "null", "42", "class Bot {}", "class {}", "Promise.resolve(() => {})"]) {
    it.effect(`refuses a module whose default export is ${source}`, () =>
      Effect.gen(function* () {
        const problem = yield* refusal(`export default ${source}`)
        assert.strictEqual(problem, "its default export is neither a function of a message nor a Layer of a Bot")
      })
    )
  }

  it.effect("refuses a module that throws as it is loaded, with the first line of why", () =>
    Effect.gen(function* () {
      const problem = yield* refusal("throw new Error('no token\\nsecond line')")
      assert.strictEqual(problem, "it cannot be loaded: no token")
      assert.strictEqual(yield* refusal("throw 'x'.repeat(1000)"), `it cannot be loaded: ${"x".repeat(200)}`)
    })
  )

  it.effect("refuses a module that is no JavaScript, or that imports what is not there", () =>
    Effect.gen(function* () {
      assert.match(yield* refusal("export default ("), /^it cannot be loaded: ./)
      assert.match(yield* refusal("import './nowhere.mjs'; export default () => {}"), /^it cannot be loaded: ./)
    })
  )

  it.effect("refuses a Layer that cannot be built, and one that gives no Bot", () =>
    Effect.gen(function* () {
      const build = (name: string) => Effect.flip(Effect.scoped(Effect.flatMap(loadBot(join(bots, name)), Layer.build)))
      assert.strictEqual((yield* build("brokenLayer.ts")).problem, "its Layer cannot be built: no database")
      assert.strictEqual((yield* build("otherLayer.ts")).problem, "its Layer gives no Bot")
    })
  )
})
