import { execFileSync } from "node:child_process"
import { chmodSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import { Rehearsal } from "botswain/rehearsal"
import { Effect } from "effect"
import { runCli, spawnCli } from "../cli/spawnCli.ts"
import { forgetful, joinAll, killed, originOf, readsUntil, runOn, teams } from "../support/stateRun.ts"
import { tempFolder } from "../support/tempFolder.ts"

const stateFile = Effect.map(tempFolder, (folder) => join(folder, "fleet.db"))

const health = (id: number | string, connected: boolean, message_count: number, props_count: number) => ({
  id,
  connected,
  message_count,
  props_count
})

describe("botswain run --state with a file", () => {
  it.live("goes on after kill -9 with the teams and the counts that it had told", () =>
    Effect.gen(function* () {
      const file = yield* stateFile
      const first = yield* runOn(file)
      const server = yield* joinAll
      yield* server.say(1, "props to all")
      yield* server.say("ops", "good morning")
      yield* server.leave(3)
      yield* server.awaitState((state) => state.team(3).openSockets === 0)
      yield* server.settle
      const told = yield* server.healthcheck
      assert.deepStrictEqual(told, [
        health(1, true, 1, 1),
        health(2, true, 0, 0),
        health(3, false, 0, 0),
        health("ops", true, 1, 0)
      ])
      yield* killed(first)

      const second = yield* runOn(file)
      yield* server.awaitState(({ connectedTeams }) => connectedTeams === 3)
      assert.deepStrictEqual(yield* server.healthcheck, told)
      yield* server.say(1, "and more")
      yield* server.settle
      assert.deepInclude((yield* server.healthcheck)[0], { message_count: 2, props_count: 1 })
      const { text } = yield* readsUntil(second, "/api/fleet", ({ text }) => text.includes(`"unwritten":0`))
      assert.match(text, /"state":\{"kind":"sqlite","reason":null,"trouble":null,/)
      assert.notInclude(text, file)
    }).pipe(Effect.scoped, Effect.provide(forgetful))
  )

  it.live("has written all that was counted when a signal ends it, and says so", () =>
    Effect.gen(function* () {
      const file = yield* stateFile
      const first = yield* runOn(file)
      const server = yield* joinAll
      for (let count = 0; count < 20; count++) yield* server.say(2, `${count}`)
      yield* server.settle
      yield* first.kill("SIGTERM")
      const { code, stdout } = yield* first.ended
      assert.strictEqual(code, 0)
      assert.include(stdout, "  State        all of it is written\n")
      yield* runOn(file)
      yield* server.awaitState(({ connectedTeams }) => connectedTeams === teams.length)
      assert.deepInclude(yield* server.healthcheck, health(2, true, 20, 0))
    }).pipe(Effect.scoped, Effect.provide(forgetful))
  )

  it.live("tells what the platform denies, in status, explain and readiness, and is ready without it", () =>
    Effect.gen(function* () {
      const file = yield* stateFile
      const first = yield* runOn(file)
      const server = yield* joinAll
      yield* killed(first)
      // It has forgotten the team while nobody listened.
      yield* server.leave(1)
      const second = yield* runOn(file)
      yield* server.awaitState(({ connectedTeams }) => connectedTeams === 3)
      const { status, text } = yield* readsUntil(second, "/readyz", ({ text }) => text.includes("denies"))
      assert.strictEqual(status, 200)
      assert.match(text, /^ready: .* 3 of 4 wanted teams .*; 1 that the platform denies are left aside\n$/)
      const asked = ["--admin", new URL(yield* originOf(second)).host]
      const fleet = yield* runCli(["status", ...asked])
      assert.match(fleet.stdout, /^ {2}unconfirmed {2}1, of which the platform denies 1$/m)
      assert.match(fleet.stdout, /^ {2}state {8}SQLite, /m)
      const story = yield* runCli(["explain", "1", ...asked])
      assert.match(story.stdout, /It is unconfirmed, and denied by the platform for .*: it departs in 59 min/)
    }).pipe(Effect.scoped, Effect.provide(forgetful))
  )

  it.live("is one process' at a time: a second one says so in one line, and ends with 1", () =>
    Effect.gen(function* () {
      const file = yield* stateFile
      const first = yield* runOn(file)
      const server = yield* joinAll
      const { code, stderr, stdout } = yield* runCli(["run", "--url", server.globalUrl, "--state", file])
      assert.match(stderr, /^botswain: --state \S+fleet\.db: .*another process.*; end that one first.*\n$/)
      assert.deepStrictEqual([stdout, code], ["", 1])
      assert.strictEqual((yield* server.state).global.opens, 1)
      yield* first.kill("SIGTERM")
      assert.strictEqual((yield* first.ended).code, 0)
    }).pipe(Effect.scoped, Effect.provide(forgetful))
  )

  it.live("goes on while another program has the file locked, tells it, and writes all when it is free", () =>
    Effect.gen(function* () {
      const file = yield* stateFile
      const cli = yield* runOn(file)
      const server = yield* joinAll
      yield* readsUntil(cli, "/api/fleet", ({ text }) => text.includes(`"unwritten":0`))
      const other = new DatabaseSync(file)
      other.exec("begin exclusive")
      yield* server.say(1, "nobody writes this down")
      yield* server.settle
      const { status } = yield* readsUntil(cli, "/readyz", ({ text }) => text.includes("the state cannot be written"))
      assert.strictEqual(status, 200, "that is no reason not to be ready")
      assert.match((yield* readsUntil(cli, "/metrics", () => true)).text, /^botswain_state_failing 1$/m)
      assert.deepInclude(yield* server.healthcheck, health(1, true, 1, 0))
      other.exec("rollback")
      other.close()
      yield* cli.printed(/the state is written again/)
      yield* readsUntil(cli, "/readyz", ({ text }) => !text.includes("the state cannot be written"))
      yield* killed(cli)
      yield* runOn(file)
      yield* server.awaitState(({ connectedTeams }) => connectedTeams === teams.length)
      assert.deepInclude(yield* server.healthcheck, health(1, true, 1, 0))
    }).pipe(Effect.scoped, Effect.provide(forgetful))
  )
})

/** Tells at the end of a process, and of each of its threads, whether that has loaded what speaks to SQLite. */
const tellsOfSqlite = `
  import { writeSync } from "node:fs"
  const isLoaded = () => process.moduleLoadList.some((name) => name.endsWith(" sqlite"))
  process.on("exit", () => writeSync(2, "has loaded SQLite: " + isLoaded()))`

describe("botswain run without --state", () => {
  it.live("loads nothing of a store, and keeps nothing", () =>
    Effect.gen(function* () {
      const file = yield* stateFile
      const loads = Effect.fnUntraced(function* (state: string) {
        const variables = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(tellsOfSqlite)}` }
        const cli = yield* runOn(state, { variables })
        const { text } = yield* readsUntil(cli, "/api/fleet", () => true)
        yield* cli.kill("SIGTERM")
        const { stderr } = yield* cli.ended
        return { state: JSON.parse(text).state?.kind, hasLoaded: stderr.includes("has loaded SQLite: true") }
      })
      assert.deepStrictEqual(yield* loads(file), { state: "sqlite", hasLoaded: true })
      assert.deepStrictEqual(yield* loads(""), { state: undefined, hasLoaded: false })
    }).pipe(Effect.scoped, Effect.provide(forgetful))
  )
})

describe.runIf(process.platform === "linux")("botswain run --state where there is no room", () => {
  it.live("goes on, tells it, and writes all when there is room again", () =>
    Effect.gen(function* () {
      const file = yield* stateFile
      const largestFile = 256 * 1024
      const cli = yield* runOn(file, { largestFile })
      const server = yield* joinAll
      const name = (id: number) => `team-${id}-${"x".repeat(900)}`
      for (let id = 0; id < 400; id++) yield* server.join(name(id))
      yield* readsUntil(cli, "/readyz", ({ text }) => text.includes("the state cannot be written"))
      yield* server.awaitState(({ connectedTeams }) => connectedTeams === 404)
      execFileSync("prlimit", ["--pid", `${cli.pid}`, "--fsize=unlimited"])
      yield* cli.printed(/the state is written again/)
      yield* killed(cli)
      yield* runOn(file)
      yield* server.awaitState(({ connectedTeams }) => connectedTeams === 404)
    }).pipe(Effect.scoped, Effect.provide(forgetful))
  )
})

describe("botswain run with a state that cannot be", () => {
  const bad: ReadonlyArray<readonly [what: string, state: (folder: string) => string, line: RegExp]> = [
    ["is a folder", (folder) => folder, /it is a folder/],
    ["lies in a folder that is not there", (folder) => join(folder, "none", "fleet.db"), /folder .* does not exist/],
    [
      "is no database",
      (folder) => {
        const file = join(folder, "notes.txt")
        writeFileSync(file, "These are notes, and no database at all.\n".repeat(50))
        return file
      },
      /no SQLite database; name another/
    ],
    [
      "is the database of another program",
      (folder) => {
        const file = join(folder, "other.db")
        const database = new DatabaseSync(file)
        database.exec("create table notes (text); insert into notes values ('mine')")
        database.close()
        return file
      },
      /; name another/
    ],
    ["is a database of another kind", () => "mysql://bot:s3cret@db.example/fleet", /postgres:\/\//],
    [
      "is a database that nobody listens for",
      () => "postgres://bot:s3cret@127.0.0.1:1/fleet",
      /PostgreSQL at 127\.0\.0\.1:1\/fleet: .*refused/
    ]
  ]
  for (const [what, state, line] of bad) {
    it.live(`that ${what} says so in one line, dials nothing, and ends with 1`, () =>
      Effect.gen(function* () {
        const server = yield* Rehearsal
        const { code, stderr, stdout } = yield* runCli(["run", "--url", server.globalUrl, "--admin", "off"], {
          BOTSWAIN_STATE: state(yield* tempFolder)
        })
        assert.match(stderr, /^botswain: BOTSWAIN_STATE.*: .*\n$/)
        assert.match(stderr, line)
        assert.notInclude(stderr, "s3cret")
        assert.deepStrictEqual([stdout, code], ["", 1])
        assert.strictEqual((yield* server.state).dials.total, 0)
      }).pipe(Effect.scoped, Effect.provide(forgetful))
    )
  }

  it.live("that may only be read says so in one line, dials nothing, and ends with 1", () =>
    Effect.gen(function* () {
      const server = yield* Rehearsal
      const folder = yield* tempFolder
      const file = join(folder, "fleet.db")
      writeFileSync(file, "")
      chmodSync(file, 0o444)
      chmodSync(folder, 0o555)
      // Root may write everywhere.
      const asNobody = process.getuid?.() === 0
      const args = ["run", "--url", server.globalUrl, "--admin", "off", "--state", file]
      const { code, stderr } = yield* (yield* spawnCli(args, {}, { asNobody })).ended
      chmodSync(folder, 0o755)
      assert.match(stderr, /^botswain: --state \S+: .*may not .*\n$/)
      assert.strictEqual(code, 1)
      assert.strictEqual((yield* server.state).dials.total, 0)
    }).pipe(Effect.scoped, Effect.provide(forgetful))
  )
})
