import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { spawnCli } from "../cli/spawnCli.ts"

/** Runs a fleet with a bot until that is loaded, with a home of its own and a temporary folder that others share. */
const run = Effect.fnUntraced(function* (isolation: string, variables: Record<string, string> = {}) {
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "botswain-cache-"))),
    (made) => Effect.sync(() => rmSync(made, { recursive: true }))
  )
  const [home, shared, bot] = ["home", "shared", "bot.mjs"].map((name) => join(folder, name)) as [
    string,
    string,
    string
  ]
  mkdirSync(home)
  mkdirSync(shared)
  writeFileSync(bot, `console.log("a bot is loaded"); export default () => {}`)
  const cli = yield* spawnCli(
    `run --url ws://127.0.0.1:1 --admin off --bot ${bot} --bot-isolation ${isolation}`.split(" "),
    { HOME: home, TMPDIR: shared, XDG_CACHE_HOME: "", ...variables }
  )
  yield* cli.printed(/a bot is loaded/)
  yield* cli.kill("SIGTERM")
  yield* cli.ended
  return { home, shared }
})

describe.runIf(process.platform !== "win32")("code that was compiled", () => {
  for (const isolation of ["thread", "process"]) {
    it.live(`is kept where no other user can put any, with a bot in a ${isolation} too`, () =>
      Effect.gen(function* () {
        const { home, shared } = yield* run(isolation)
        assert.deepStrictEqual(readdirSync(shared), [])
        assert.isAbove(readdirSync(join(home, ".cache", "botswain")).length, 0)
      }).pipe(Effect.scoped)
    )
  }

  it.live("is kept nowhere where there is no place for it", () =>
    Effect.gen(function* () {
      const { home, shared } = yield* run("thread", { HOME: "/dev/null" })
      assert.deepStrictEqual([...readdirSync(shared), ...readdirSync(home)], [])
    }).pipe(Effect.scoped)
  )

  it.live("is kept where the user has named a folder", () =>
    Effect.gen(function* () {
      const { home } = yield* run("thread")
      const named = join(home, "named")
      const { home: other } = yield* run("process", { XDG_CACHE_HOME: named })
      assert.isTrue(existsSync(join(named, "botswain")))
      assert.deepStrictEqual(readdirSync(other), [])
    }).pipe(Effect.scoped)
  )
})
