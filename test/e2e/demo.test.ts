import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { runCli, spawnCli } from "../cli/spawnCli.ts"
import { tempFolder } from "../support/tempFolder.ts"

/** The rows of the table: a team, or all, with its cells. */
const rows = (stdout: string) =>
  Array.from(stdout.matchAll(/^ *(\d+|all)  +(.*?)  +([\d,]+)  +([\d,]+)  +([\d,]+)  +([\d,]+)  (.*)$/gm))

describe("botswain demo", () => {
  it.live("tells a story in which everything is healed, and ends with tallies that agree", () =>
    Effect.gen(function* () {
      const { code, stderr, stdout } = yield* runCli(["demo", "--seconds", "10"])
      assert.strictEqual(code, 0, stdout + stderr)
      assert.strictEqual(stderr, "")
      assert.notInclude(stdout, "✗")
      for (const happening of [
        /^ +\S+ s  Watch it on the deck: http:\/\/127\.0\.0\.1:\d+\n/,
        /12 teams join/,
        /lose their sockets/,
        /half-open/,
        /Teams \d+ and \d+ leave/,
        /Global connection is cut/,
        /team connections never noticed/,
        /asks for a healthcheck/,
        /joins again/,
        /turned away/,
        /the server's goodbye/,
        /closed Global and 11 teams in peace/,
        /Server and fleet agree/
      ])
        assert.match(stdout, happening)

      const table = rows(stdout)
      assert.deepStrictEqual(
        table.map(([, id]) => id),
        ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "all"]
      )
      for (const [, , , sent, counted, propsSent, propsCounted, ok] of table) {
        assert.deepStrictEqual([counted, propsCounted, ok], [sent, propsSent, "✓"])
        assert.notStrictEqual(sent, "0")
      }
    })
  )

  it.live("with --state is killed in the middle, goes on with what it has kept, and its tallies still agree", () =>
    Effect.gen(function* () {
      const file = join(yield* tempFolder, "demo.db")
      // That of a real fleet, which the demo leaves alone.
      const variables = { BOTSWAIN_STATE: "postgres://bot:s3cret@127.0.0.1:1/fleet" }
      const args = ["demo", "--seconds", "8", "--admin", "127.0.0.1:0", "--state", file]
      const { code, stderr, stdout } = yield* runCli(args, variables)
      assert.strictEqual(code, 0, stdout + stderr)
      assert.strictEqual(stderr, "")
      assert.notInclude(stdout, "✗")
      for (const happening of [
        /Its process is killed \(kill -9\)/,
        /Every socket is gone/,
        /Another process starts on the state that it left/,
        /All 11 are connected again/,
        /Every count goes on from where it was/,
        /closed Global and 11 teams in peace/,
        /Server and fleet agree/
      ])
        assert.match(stdout, happening)
      for (const [, , , sent, counted, propsSent, propsCounted, ok] of rows(stdout)) {
        assert.deepStrictEqual([counted, propsCounted, ok], [sent, propsSent, "✓"])
        assert.notStrictEqual(sent, "0")
      }
      const again = yield* runCli(args)
      assert.match(again.stderr, /^botswain: --state \S+demo\.db: there are 12 teams in it, .*not there yet\n$/)
      assert.strictEqual(again.code, 1)
    }).pipe(Effect.scoped)
  )

  it.live("with a state that cannot be used says so in one line, as run does", () =>
    Effect.gen(function* () {
      const { code, stderr } = yield* runCli(["demo", "--admin", "off", "--state", yield* tempFolder])
      assert.match(stderr, /^botswain: --state \S+: it is a folder.*\n$/)
      assert.strictEqual(code, 1)
    }).pipe(Effect.scoped)
  )

  it.live("gives the same parts for the same seed, and others for another", () =>
    Effect.gen(function* () {
      const parts = (seed: string) =>
        Effect.gen(function* () {
          const cli = yield* spawnCli(["demo", "--teams", "40", "--seconds", "5", "--seed", seed])
          const [, half] = yield* cli.printed(/Team (\d+) goes half-open/)
          yield* cli.kill("SIGKILL")
          return half
        }).pipe(Effect.scoped)
      const [first, again, other] = yield* Effect.all([parts("a"), parts("a"), parts("c")], { concurrency: 3 })
      assert.strictEqual(first, again)
      assert.notStrictEqual(first, other)
    })
  )

  it.live("can be stopped, and says that it was", () =>
    Effect.gen(function* () {
      const cli = yield* spawnCli(["demo"])
      yield* cli.printed(/begin to talk/)
      yield* cli.kill("SIGINT")
      const { code, stderr } = yield* cli.ended
      assert.deepStrictEqual([code, stderr], [130, "botswain: stopped by SIGINT before the end\n"])
    }).pipe(Effect.scoped)
  )

  it.live("says first where its deck is, and ends when an operator drains it there", () =>
    Effect.gen(function* () {
      const cli = yield* spawnCli(["demo", "--admin", "127.0.0.1:0"], { BOTSWAIN_ADMIN_TOKEN: "sesame-sesame" })
      const [, origin] = yield* cli.printed(/Watch it on the deck: (http:\/\/127\.0\.0\.1:\d+)/)
      yield* cli.printed(/begin to talk/)
      const headers = { authorization: "Bearer sesame-sesame" }
      const { status } = yield* Effect.promise(() => fetch(`${origin}/api/drain`, { method: "POST", headers }))
      assert.strictEqual(status, 200)
      const { code, stderr } = yield* cli.ended
      assert.deepStrictEqual([code, stderr], [1, "botswain: drained by an operator before the end\n"])
    }).pipe(Effect.scoped)
  )
})
