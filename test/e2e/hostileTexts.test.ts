import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Cut, Rehearsal } from "../../src/rehearsal/Rehearsal.ts"
import { layerServer } from "../../src/rehearsal/ws/RehearsalServer.ts"
import { runCli, spawnCli } from "../cli/spawnCli.ts"
import { commands, hostileTexts } from "../support/hostileTexts.ts"

/** What a text that was printed has besides line ends. */
const isHarmless = (printed: string) => !commands.test(printed.replaceAll("\n", ""))

/** Runs a fleet whose teams have hostile ids, and are fail for hostile reasons. */
const hostileFleet = Effect.fnUntraced(function* (format: string) {
  const server = yield* Rehearsal
  const flags = ["--admin", "127.0.0.1:0", "--log-level", "debug", "--log-format", format]
  const cli = yield* spawnCli(["run", "--url", server.globalUrl, ...flags])
  yield* Effect.forEach(hostileTexts, server.join)
  yield* server.awaitState(({ connectedTeams }) => connectedTeams === hostileTexts.length)
  yield* server.refuseDials()
  yield* server.cutAll(Cut.CloseFrame({ code: 4_000 }))
  for (const text of hostileTexts)
    yield* cli.printed(new RegExp(`503[^\n]*team[^\n]*${text[0]!}|team[^\n]*${text[0]!}[^\n]*503`))
  const [, address = ""] = yield* cli.printed(/http:\/\/(127\.0\.0\.1:\d+)/)
  return { admin: ["--admin", address], cli, server }
})

describe("what somebody outside says", () => {
  for (const format of ["pretty", "json", "logfmt"]) {
    it.live(`is escaped in a ${format} log`, () =>
      Effect.gen(function* () {
        const { cli, server } = yield* hostileFleet(format)
        yield* server.goodbye
        const { stderr, stdout } = yield* cli.ended
        assert.isTrue(isHarmless(stderr) && isHarmless(stdout))
        const begins = { pretty: /^\d\d:\d\d/, json: /^\{"message/, logfmt: /^timestamp=/ }[format]!
        for (const line of stderr.trimEnd().split("\n")) assert.match(line, begins)
        if (format !== "json") return
        const teams = stderr
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line).annotations.team)
        assert.includeMembers(teams, [...hostileTexts], "a machine reads them as they are")
      }).pipe(Effect.scoped, Effect.provide(layerServer()))
    )
  }

  it.live("is escaped in status and explain, and in their JSON", () =>
    Effect.gen(function* () {
      const { admin } = yield* hostileFleet("json")
      for (const args of [["status"], ["status", "--json"]]) {
        const { code, stderr, stdout } = yield* runCli([...args, ...admin])
        assert.deepStrictEqual([code, stderr, isHarmless(stdout)], [0, "", true], args.join(" "))
        for (const text of hostileTexts) assert.include(stdout, text.slice(0, 1))
      }
      const questions = [...hostileTexts.map((text) => [text]), [hostileTexts[4]!, "--json"]]
      for (const args of questions) {
        const { stderr, stdout } = yield* runCli(["explain", ...args, ...admin])
        assert.isTrue(isHarmless(stdout + stderr), JSON.stringify(args))
        assert.match(stdout, /4000/)
      }
    }).pipe(Effect.scoped, Effect.provide(layerServer()))
  )

  it.live("is escaped in what is wrong with a command line", () =>
    Effect.gen(function* () {
      const text = hostileTexts.join("")
      for (const args of [[text], ["run", `--${text}`], ["explain", text, "--admin", "127.0.0.1:1"]]) {
        const { code, stderr, stdout } = yield* runCli(args)
        assert.strictEqual(code, 1)
        assert.isTrue(isHarmless(stdout + stderr), JSON.stringify(args))
        assert.match(stderr, /^botswain: .*\n$/)
      }
    })
  )
})
