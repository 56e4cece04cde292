import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { Rehearsal } from "../../src/rehearsal/Rehearsal.ts"
import type { RehearsalState } from "../../src/rehearsal/RehearsalState.ts"
import { layerServer } from "../../src/rehearsal/ws/RehearsalServer.ts"
import { runCli, spawnCli } from "../cli/spawnCli.ts"

const teams = [1, 2, 3, "ops"] as const

/** Runs `botswain run` on a rehearsal server until every team is connected. */
const connected = (args: ReadonlyArray<string> = [], variables?: Record<string, string>) =>
  Effect.gen(function* () {
    const server = yield* Rehearsal
    const cli = yield* spawnCli(["run", "--url", server.globalUrl, ...args], variables)
    yield* Effect.forEach(teams, server.join)
    yield* server.awaitState(({ connectedTeams }) => connectedTeams === teams.length)
    return { server, cli }
  })

const onServer = <A, E>(test: Effect.Effect<A, E, Rehearsal>, options?: Parameters<typeof layerServer>[0]) =>
  Effect.provide(test, layerServer(options))

const closedInPeace = (state: RehearsalState) => {
  assert.deepStrictEqual([...state.global.closeCodes], [1000])
  for (const id of teams) assert.deepStrictEqual([...state.team(id).closeCodes], [1000], `team ${id}`)
}

describe("botswain run", () => {
  const bad: ReadonlyArray<
    readonly [what: string, args: ReadonlyArray<string>, variables: Record<string, string>, line: RegExp]
  > = [
    ["a bad value", ["--ping-interval", "soon"], {}, /^botswain: --ping-interval: needs a duration such as .*\n$/],
    [
      "a value out of range",
      ["--max-dials", "0"],
      {},
      /^botswain: --max-dials: needs a whole number from 1 to 10000\n$/
    ],
    [
      "a bad variable",
      [],
      { BOTSWAIN_BACKOFF_CAP: "1 milli" },
      /^botswain: BOTSWAIN_BACKOFF_CAP: needs .* --backoff-base\n$/
    ],
    [
      "an unknown flag",
      ["--pingg", "1 second"],
      {},
      /^botswain: --pingg is no flag of botswain run.* see botswain run --help\n$/
    ],
    ["a bad word", ["--log-format", "xml"], {}, /^botswain: --log-format: needs pretty, json or logfmt\n$/]
  ]
  for (const [what, args, variables, line] of bad) {
    it.live(`with ${what} says so in one line, dials nothing, and ends with 1`, () =>
      onServer(
        Effect.gen(function* () {
          const server = yield* Rehearsal
          const { code, stderr, stdout } = yield* runCli(["run", "--url", server.globalUrl, ...args], variables)
          assert.match(stderr, line)
          assert.strictEqual(stdout, "")
          assert.strictEqual(code, 1)
          assert.strictEqual((yield* server.state).dials.total, 0)
        })
      )
    )
  }

  it.live("without a URL says so in one line, and ends with 1", () =>
    Effect.gen(function* () {
      const { code, stderr, stdout } = yield* runCli(["run"])
      assert.strictEqual(stderr, "botswain: --url (or BOTSWAIN_URL) is needed; see botswain run --help\n")
      assert.deepStrictEqual([stdout, code], ["", 1])
    })
  )

  it.live("counts, answers, and ends with a summary and 0 on goodbye", () =>
    onServer(
      Effect.gen(function* () {
        const { cli, server } = yield* connected()
        yield* server.say("ops", "good morning")
        yield* server.say("ops", "props to all")
        yield* server.settle
        assert.deepStrictEqual(yield* server.healthcheck, [
          { id: 1, connected: true, message_count: 0, props_count: 0 },
          { id: 2, connected: true, message_count: 0, props_count: 0 },
          { id: 3, connected: true, message_count: 0, props_count: 0 },
          { id: "ops", connected: true, message_count: 2, props_count: 1 }
        ])
        yield* server.goodbye
        const { code, stdout } = yield* cli.ended
        assert.strictEqual(code, 0)
        assert.match(stdout, /^The server said goodbye after /)
        assert.include(stdout, "Teams        4 at the end, 0 departed")
        assert.include(stdout, "Messages     2, of which 1 with props")
        assert.include(stdout, "1 healthcheck answered")
        closedInPeace(yield* server.state)
      }).pipe(Effect.scoped)
    )
  )

  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    it.live(`on ${signal} closes every connection with 1000, and ends with a summary and 0`, () =>
      onServer(
        Effect.gen(function* () {
          const { cli, server } = yield* connected()
          yield* cli.kill(signal)
          const { code, stdout } = yield* cli.ended
          assert.strictEqual(code, 0)
          assert.match(stdout, new RegExp(`^Stopped by ${signal} after `))
          yield* server.awaitState(({ global, openSockets }) => openSockets + global.openSockets === 0)
          closedInPeace(yield* server.state)
        }).pipe(Effect.scoped)
      )
    )
  }

  for (const [signal, expected] of [
    ["SIGTERM", 143],
    ["SIGINT", 130],
    ["SIGHUP", 129]
  ] as const) {
    it.live(`ends at once on a second ${signal}, with ${expected}, however long the drain would take`, () =>
      onServer(
        Effect.gen(function* () {
          const { cli, server } = yield* connected(["--drain-timeout", "10 minutes"])
          yield* Effect.forEach(teams, server.mute)
          yield* cli.kill(signal)
          yield* cli.printed(new RegExp(`${signal}: closes every connection`))
          // For a moment it would be an echo of the first, as npm sends them.
          yield* Effect.sleep("400 millis")
          yield* cli.kill(signal)
          const { code, stdout } = yield* cli.ended
          assert.deepStrictEqual([code, stdout], [expected, ""])
        }).pipe(Effect.scoped)
      )
    )
  }

  it.live("drains within the drain time where the peer never answers the close", () =>
    onServer(
      Effect.gen(function* () {
        const { cli, server } = yield* connected(["--drain-timeout", "200 millis"])
        yield* Effect.forEach(teams, server.mute)
        yield* cli.kill("SIGTERM")
        assert.strictEqual((yield* cli.ended).code, 0)
      }).pipe(Effect.scoped)
    )
  )

  it.live("says that the server is not there, keeps trying, and ends on a signal", () =>
    Effect.gen(function* () {
      const cli = yield* spawnCli(["run", "--url", "ws://127.0.0.1:1/global", "--log-format", "pretty"])
      yield* cli.printed(/WARN .*Global.*ws:\/\/127\.0\.0\.1:1/)
      yield* cli.kill("SIGINT")
      assert.strictEqual((yield* cli.ended).code, 0)
    }).pipe(Effect.scoped)
  )

  it.live("logs JSON lines where there is no terminal, and nothing but the summary on stdout", () =>
    onServer(
      Effect.gen(function* () {
        const { cli, server } = yield* connected()
        yield* server.goodbye
        const { stderr } = yield* cli.ended
        const lines = stderr.trimEnd().split("\n")
        assert.isAbove(lines.length, 1)
        for (const line of lines) assert.containsAllKeys(JSON.parse(line), ["level", "message", "timestamp"])
      }).pipe(Effect.scoped)
    )
  )

  it.live("shows its token and the path of its URL in no output, whatever goes wrong", () =>
    onServer(
      Effect.gen(function* () {
        const server = yield* Rehearsal
        const secrets = ["t0ps3cret", "wr0ng", "p4th", "h34der"]
        const everything = ["--log-level", "trace", "--log-format", "pretty", "--header", "X-Key: h34der"]
        const url = `${server.globalUrl}?key=p4th`
        const refused = yield* spawnCli(["run", "--url", url, ...everything], { BOTSWAIN_TOKEN: "wr0ng" })
        yield* refused.printed(/401/)
        yield* refused.kill("SIGTERM")
        const good = yield* spawnCli(["run", "--url", url, "--token", "t0ps3cret", ...everything])
        yield* server.join(1)
        yield* server.awaitState(({ connectedTeams }) => connectedTeams === 1)
        yield* server.refuseDials({ count: 1 })
        yield* server.cut(1)
        yield* server.awaitState((state) => state.team(1).opens === 2)
        yield* server.goodbye
        const ends = [
          yield* refused.ended,
          yield* good.ended,
          yield* runCli(["run", "--url=p4th", "--token=t0ps3cret"]),
          yield* runCli(["run", "p4th", "--token", "t0ps3cret"]),
          yield* runCli(["run", "--tokn=t0ps3cret"]),
          yield* runCli(["run", "--header", "h34der"]),
          yield* runCli(["run"], { BOTSWAIN_URL: "ftp://p4th", BOTSWAIN_TOKEN: "t0ps3cret" })
        ]
        assert.deepStrictEqual(
          ends.map(({ code }) => code),
          [0, 0, 1, 1, 1, 1, 1]
        )
        for (const { stderr, stdout } of ends) {
          for (const secret of secrets) assert.notInclude(stdout + stderr, secret)
        }
      }).pipe(Effect.scoped),
      { token: Redacted.make("t0ps3cret") }
    )
  )

  it.live("goes on where nobody reads its output any more", () =>
    onServer(
      Effect.gen(function* () {
        const { cli, server } = yield* connected()
        yield* cli.stopReading
        yield* server.goodbye
        const { code, stderr } = yield* cli.ended
        assert.strictEqual(code, 0, stderr)
      }).pipe(Effect.scoped)
    )
  )
})

describe("botswain run --bot", () => {
  const write = (name: string, source: string) =>
    Effect.acquireRelease(
      Effect.sync(() => {
        const folder = mkdtempSync(join(tmpdir(), "botswain-"))
        const file = join(folder, name)
        writeFileSync(file, source)
        return { folder, file }
      }),
      ({ folder }) => Effect.sync(() => rmSync(folder, { recursive: true }))
    ).pipe(Effect.map(({ file }) => file))

  it.live("hands every message to the bot, whose failures change nothing", () =>
    onServer(
      Effect.gen(function* () {
        const bot = yield* write(
          "bot.mjs",
          `export default ({ teamId, text }) => {
            if (text === "oh no") throw new Error("the bot broke")
            console.log(JSON.stringify({ teamId, text }))
          }`
        )
        const { cli, server } = yield* connected(["--bot", bot])
        yield* server.say("ops", "oh no")
        yield* server.say("ops", "props")
        yield* cli.printed(/{"teamId":"ops","text":"props"}/)
        assert.deepStrictEqual(
          (yield* server.healthcheck).find(({ id }) => id === "ops"),
          { id: "ops", connected: true, message_count: 2, props_count: 1 }
        )
        yield* server.goodbye
        const { code, stdout } = yield* cli.ended
        assert.strictEqual(code, 0)
        assert.include(stdout, "Take a look  1 failure of the bot")
      }).pipe(Effect.scoped)
    )
  )

  it.live("goes on where a promise of the bot is rejected, and says so", () =>
    onServer(
      Effect.gen(function* () {
        const bot = yield* write("bot.mjs", `export default () => void Promise.reject(new Error("left alone"))`)
        const { cli, server } = yield* connected(["--bot", bot])
        yield* server.say("ops", "good morning")
        yield* cli.printed(/a promise of the bot was rejected[^]*left alone/)
        yield* server.goodbye
        assert.strictEqual((yield* cli.ended).code, 0)
      }).pipe(Effect.scoped)
    )
  )

  const bad: ReadonlyArray<readonly [what: string, source: string, problem: RegExp]> = [
    ["cannot be loaded", "export default (", /it cannot be loaded: /],
    ["has no handler", "export const handler = () => {}", /it has no default export/]
  ]
  for (const [what, source, problem] of bad) {
    it.live(`says in one line that a bot ${what}, dials nothing, and ends with 1`, () =>
      onServer(
        Effect.gen(function* () {
          const server = yield* Rehearsal
          const bot = yield* write("bot.mjs", source)
          const { code, stderr, stdout } = yield* runCli(["run", "--url", server.globalUrl], { BOTSWAIN_BOT: bot })
          assert.match(stderr, /^botswain: BOTSWAIN_BOT .*\n$/)
          assert.match(stderr, problem)
          assert.deepStrictEqual([stdout, code], ["", 1])
          assert.strictEqual((yield* server.state).dials.total, 0)
        }).pipe(Effect.scoped)
      )
    )
  }

  it.live("ends on a signal while the bot is still being loaded", () =>
    Effect.gen(function* () {
      const bot = yield* write(
        "bot.mjs",
        `console.log("loading"); await new Promise((done) => setTimeout(done, 3.6e6))`
      )
      const cli = yield* spawnCli(["run", "--url", "ws://127.0.0.1:1/global", "--bot", bot])
      yield* cli.printed(/loading/)
      yield* cli.kill("SIGINT")
      const { code, stderr } = yield* cli.ended
      assert.deepStrictEqual([code, stderr], [130, "botswain: stopped by SIGINT before the end\n"])
    }).pipe(Effect.scoped)
  )
})

describe("botswain", () => {
  it.live("tells its version, which is the package's", () =>
    Effect.gen(function* () {
      const { version }: { readonly version: string } = JSON.parse(
        readFileSync(new URL("../../package.json", import.meta.url), "utf8")
      )
      const { code, stdout } = yield* runCli(["--version"])
      assert.deepStrictEqual([code, stdout], [0, `botswain v${version}\n`])
    })
  )

  it.live("helps: with its commands, and with every flag of run and its default", () =>
    Effect.gen(function* () {
      const main = yield* runCli([])
      assert.strictEqual(main.code, 0)
      for (const command of ["run", "rehearse", "demo"]) assert.match(main.stdout, new RegExp(`^  ${command} `, "m"))
      const { code, stdout } = yield* runCli(["run", "--help"])
      assert.strictEqual(code, 0)
      const defaults: ReadonlyArray<readonly [flag: string, preset: string]> = [
        ["--ping-interval", "15 seconds"],
        ["--pong-timeout", "10 seconds"],
        ["--connect-timeout", "10 seconds"],
        ["--drain-timeout", "5 seconds"],
        ["--backoff-base", "500 millis"],
        ["--backoff-cap", "10 seconds"],
        ["--stable-after", "30 seconds"],
        ["--slow-after", "10"],
        ["--slow-interval", "5 minutes"],
        ["--max-dials", "512"],
        ["--dial-rate", "10000"],
        ["--max-frame", "1 MiB"],
        ["--on-goodbye", "exit"],
        ["--remember-departed", "100000"],
        ["--bot", "messages are only counted"],
        ["--log-format", "pretty on a terminal, json otherwise"],
        ["--log-level", "info"]
      ]
      for (const [flag, preset] of defaults) {
        const line = stdout.split("\n").find((text) => text.includes(`  ${flag} `))
        assert.include(line, `(default: ${preset})`, flag)
      }
      for (const flag of ["--url", "--token", "--header", "--allow-host"]) assert.include(stdout, `  ${flag} `)
      assert.include(stdout, "BOTSWAIN_PING_INTERVAL")
    })
  )

  it.live("completes its flags in a shell", () =>
    Effect.gen(function* () {
      const { code, stdout } = yield* runCli(["--completions", "bash"])
      assert.strictEqual(code, 0)
      for (const word of ["rehearse", "--ping-interval", "reconnect"]) assert.include(stdout, word)
    })
  )

  it.live("says in one line that a command does not exist", () =>
    Effect.map(runCli(["rum"]), ({ code, stderr, stdout }) => {
      assert.strictEqual(stderr, "botswain: there is no such command (did you mean run?); see botswain --help\n")
      assert.deepStrictEqual([stdout, code], ["", 1])
    })
  )
})

describe("botswain rehearse", () => {
  it.live("is a server that botswain run connects to; on Ctrl-C it says goodbye and shows the tally", () =>
    Effect.gen(function* () {
      const server = yield* spawnCli([
        "rehearse",
        "--port",
        "0",
        "--teams",
        "5",
        "--messages-per-second",
        "100",
        "--seed",
        "7"
      ])
      const [, url = ""] = yield* server.printed(/botswain run --url (\S+)\n/)
      const cli = yield* spawnCli(["run"], { BOTSWAIN_URL: url })
      yield* cli.printed(/Global connection is up/)
      yield* server.kill("SIGINT")
      const [there, here] = yield* Effect.all([server.ended, cli.ended])
      assert.deepStrictEqual([there.code, here.code], [0, 0], there.stderr + here.stderr)
      assert.match(here.stdout, /^The server said goodbye/)
      assert.match(there.stdout, /^ all  .* ✓$/m)
    }).pipe(Effect.scoped)
  )

  it.live("shows its own side where no client is there", () =>
    Effect.gen(function* () {
      const server = yield* spawnCli(["rehearse", "--port", "0", "--teams", "2"])
      yield* server.printed(/Ctrl-C/)
      yield* server.kill("SIGTERM")
      const { code, stdout } = yield* server.ended
      assert.strictEqual(code, 0)
      assert.match(stdout, /team  present  connected  messages sent/)
    }).pipe(Effect.scoped)
  )

  it.live("says in one line that its port is taken", () =>
    onServer(
      Effect.gen(function* () {
        const { port } = new URL((yield* Rehearsal).globalUrl)
        const { code, stderr, stdout } = yield* runCli(["rehearse", "--port", port])
        assert.strictEqual(stderr, `botswain: cannot listen on 127.0.0.1:${port}: the port is taken\n`)
        assert.deepStrictEqual([stdout, code], ["", 1])
      })
    )
  )
})
