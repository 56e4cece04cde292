import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Effect, Redacted, Schema } from "effect"
import { firstLine, lastLine, teamLine } from "../../src/cli/state/archiveLines.ts"
import { TeamId } from "../../src/wire/TeamId.ts"
import { runCli } from "../cli/spawnCli.ts"
import { hostileIds } from "../support/hostileIds.ts"
import { type Postgres, postgresForFile } from "../support/postgres.ts"
import { forgetful, joinAll, killed, readsUntil, runOn, teams } from "../support/stateRun.ts"
import { tempFolder } from "../support/tempFolder.ts"

let postgres: Postgres
let end: () => Promise<void>

beforeAll(async () => ({ end, postgres } = await postgresForFile()).postgres)
afterAll(() => end())

const freshDatabase = Effect.suspend(() => Effect.map(postgres.fresh, (name) => Redacted.value(postgres.url(name))))

/** Runs `botswain state`, which must succeed. */
const state = (store: string, ...args: ReadonlyArray<string>) =>
  Effect.map(runCli(["state", ...args], { BOTSWAIN_STATE: store }), ({ code, stderr, stdout }) => {
    assert.deepStrictEqual([code, stderr], [0, ""])
    return stdout
  })

/** Lines of an exported state with these ids. */
const exported = (ids: ReadonlyArray<number | string>) => {
  const rows = ids.map((id, at) =>
    teamLine({ id, wanted: at % 3 !== 0, generation: at + 1, messages: 10 * at, props: at })
  )
  return [firstLine, ...rows, lastLine(ids.length), ""].join("\n")
}

const valuesOf = (lines: string): ReadonlyArray<unknown> =>
  lines
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line))

describe("botswain state", () => {
  it.live("moves a state from a file into a database and back, and nothing is different", () =>
    Effect.gen(function* () {
      const folder = yield* tempFolder
      const first = join(folder, "first.jsonl")
      const ids = [...hostileIds.filter(Schema.is(TeamId)), ...Array.from({ length: 2_500 }, (_, id) => id), "7"]
      writeFileSync(first, exported([...new Set(ids)]))
      const database = yield* freshDatabase
      const stores = [join(folder, "one.db"), database, join(folder, "two.db")]
      let file = first
      for (const [at, store] of stores.entries()) {
        assert.match(yield* state(store, "import", file), /^Imported 2,\d{3} teams\.\n$/)
        assert.match(yield* state(store, "import", file), /^Imported /, "again, which changes nothing")
        file = join(folder, `${at}.jsonl`)
        assert.match(yield* state(store, "export", file), /^Exported 2,\d{3} teams to /)
      }
      assert.strictEqual(readFileSync(file, "utf8"), readFileSync(first, "utf8"))
      // On stdout, characters that are commands to a terminal are written as JSON escapes them.
      assert.deepStrictEqual(valuesOf(yield* state(database, "export")), valuesOf(readFileSync(first, "utf8")))
      const json = JSON.parse(yield* state(database, "show", "--json"))
      assert.deepInclude(json, { kind: "postgres", schemaVersion: 1, isHeld: false, flushedAt: null })
      assert.strictEqual(json.wanted + json.departed, new Set(ids).size)
    }).pipe(Effect.scoped)
  )

  it.live("is looked at and exported while a fleet runs on it, and worked on only after", () =>
    Effect.gen(function* () {
      const file = join(yield* tempFolder, "fleet.db")
      const cli = yield* runOn(file)
      const server = yield* joinAll
      yield* server.say(1, "props")
      yield* server.settle
      yield* server.healthcheck
      const shown = yield* state(file, "show")
      assert.match(shown, /^ {2}fleet {7}a process has it now$/m)
      assert.match(shown, /^ {2}teams {7}4 wanted, 0 departed$/m)
      assert.match(shown, /^ {2}messages {4}1, of which 1 with props$/m)
      assert.match(shown, /^ {2}last flush {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, /m)
      const copy = yield* state(file, "export")
      assert.include(copy, `{"id":1,"wanted":true,"generation":1,"messages":1,"props":1}\n`)
      const forget = ["state", "forget", "--state", file, "1"]
      const refused = yield* runCli(forget)
      assert.match(refused.stderr, /^botswain: --state \S+fleet\.db: another process .*\n$/)
      assert.strictEqual(refused.code, 1)
      yield* cli.kill("SIGTERM")
      yield* cli.ended
      assert.strictEqual((yield* runCli(forget)).stdout, "Forgot team 1, and its counts.\n")
      yield* runOn(file)
      yield* server.awaitState(({ connectedTeams }) => connectedTeams === 3)
    }).pipe(Effect.scoped, Effect.provide(forgetful))
  )

  it.live("tells a number from the text that looks like it", () =>
    Effect.gen(function* () {
      const folder = yield* tempFolder
      const [store, file] = [join(folder, "fleet.db"), join(folder, "teams.jsonl")]
      writeFileSync(file, exported([7, "7", "8"]))
      yield* state(store, "import", file)
      assert.strictEqual(yield* state(store, "forget", `"7"`), `Forgot team "7", and its counts.\n`)
      assert.strictEqual(yield* state(store, "forget", "7"), "Forgot team 7, and its counts.\n")
      assert.strictEqual(yield* state(store, "forget", "8"), `Forgot team "8", and its counts.\n`)
      const { code, stderr } = yield* runCli(["state", "forget", "--state", store, "8"])
      assert.match(stderr, /^botswain: \S+fleet\.db: there is no team 8 in it\n$/)
      assert.strictEqual(code, 1)
    }).pipe(Effect.scoped)
  )

  it.live("puts nothing in of a file with a bad line, and names the line", () =>
    Effect.gen(function* () {
      const folder = yield* tempFolder
      const [store, file] = [join(folder, "fleet.db"), join(folder, "teams.jsonl")]
      const lines = exported(Array.from({ length: 2_000 }, (_, id) => id)).split("\n")
      lines[1_500] = `{"id":1499,"wanted":"yes"}`
      writeFileSync(file, lines.join("\n"))
      const { code, stderr } = yield* runCli(["state", "import", "--state", store, file])
      assert.match(stderr, /^botswain: \S+teams\.jsonl: line 1501: its wanted is not true or false\n$/)
      assert.strictEqual(code, 1)
      assert.deepStrictEqual(readdirSync(folder), ["teams.jsonl"], "and makes no state for it")
    }).pipe(Effect.scoped)
  )

  const bad: ReadonlyArray<readonly [what: string, args: ReadonlyArray<string>, line: RegExp]> = [
    [
      "no state is named",
      ["show"],
      /^botswain: --state \(or BOTSWAIN_STATE\) is needed; see botswain state show --help\n$/
    ],
    ["it is not there", ["show", "--state", "none.db"], /^botswain: --state none\.db: .*no such file.*\n$/],
    [
      "the file to import is not there",
      ["import", "--state", "new.db", "none.jsonl"],
      /none\.jsonl: there is no such file/
    ],
    ["nothing comes on stdin", ["import", "--state", "new.db"], /stdin: line 1: there is nothing in it/],
    ["no team is named", ["forget", "--state", "none.db"], /^botswain: team is needed; see botswain state forget/],
    ["the URL is another", ["show", "--state", "mysql://a:s3cret@b/c"], /^botswain: --state: needs a file/]
  ]
  for (const [what, args, line] of bad) {
    it.live(`says in one line that ${what}, and ends with 1`, () =>
      Effect.gen(function* () {
        const folder = yield* tempFolder
        const within = args.map((arg) => (/\.(db|jsonl)$/.test(arg) ? join(folder, arg) : arg))
        const { code, stderr, stdout } = yield* runCli(["state", ...within])
        assert.match(stderr.replaceAll(`${folder}/`, ""), line)
        assert.notInclude(stderr, "s3cret")
        assert.deepStrictEqual([stdout, code, stderr.split("\n").length], ["", 1, 2])
        assert.deepStrictEqual(readdirSync(folder), [], "and nothing is made")
      }).pipe(Effect.scoped)
    )
  }
})

describe("botswain run --state with a database", () => {
  it.live("goes on after kill -9 with what it had told, and shows the URL to nobody", () =>
    Effect.gen(function* () {
      const database = yield* freshDatabase
      const first = yield* runOn(database, { args: ["--log-level", "trace"] })
      const server = yield* joinAll
      yield* server.say("ops", "props")
      yield* server.settle
      const told = yield* server.healthcheck
      const shown = yield* readsUntil(first, "/api/fleet", ({ text }) => text.includes(`"unwritten":0`))
      assert.include(shown.text, `"state":{"kind":"postgres","reason":null,"trouble":null`)
      yield* killed(first)
      const second = yield* runOn(database)
      yield* server.awaitState(({ connectedTeams }) => connectedTeams === teams.length)
      assert.deepStrictEqual(yield* server.healthcheck, told)
      const printed = [first, second].map(({ stderr, stdout }) => stderr() + stdout()).join("")
      for (const secret of ["fixed by the tests", encodeURIComponent("fixed by the tests"), "postgres://"]) {
        assert.notInclude(printed + shown.text, secret)
      }
    }).pipe(Effect.scoped, Effect.provide(forgetful))
  )

  it.live("goes on while the database is away, tells it, and writes all when it is back", () =>
    Effect.gen(function* () {
      const database = yield* freshDatabase
      const cli = yield* runOn(database)
      const server = yield* joinAll
      yield* server.healthcheck
      yield* postgres.stop
      yield* server.say(1, "nobody writes this down")
      const { status } = yield* readsUntil(cli, "/readyz", ({ text }) => text.includes("the state cannot be written"))
      assert.strictEqual(status, 200, "that is no reason not to be ready")
      yield* server.join("late")
      yield* server.awaitState(({ connectedTeams }) => connectedTeams === teams.length + 1)
      yield* server.settle
      const told = yield* server.healthcheck
      assert.deepInclude(told, { id: 1, connected: true, message_count: 1, props_count: 0 })
      yield* postgres.start
      yield* cli.printed(/the state is written again/)
      yield* killed(cli)
      yield* runOn(database)
      yield* server.awaitState(({ connectedTeams }) => connectedTeams === teams.length + 1)
      assert.deepStrictEqual(yield* server.healthcheck, told)
    }).pipe(Effect.scoped, Effect.provide(forgetful))
  )

  it.live("is one process' at a time", () =>
    Effect.gen(function* () {
      const database = yield* freshDatabase
      yield* runOn(database)
      const { globalUrl } = yield* joinAll
      const { code, stderr } = yield* runCli(["run", "--url", globalUrl], { BOTSWAIN_STATE: database })
      assert.match(stderr, /^botswain: BOTSWAIN_STATE PostgreSQL at 127\.0\.0\.1:\d+\/fleet\d+: another process .*\n$/)
      assert.strictEqual(code, 1)
    }).pipe(Effect.scoped, Effect.provide(forgetful))
  )
})
