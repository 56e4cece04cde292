import type { ServerResponse } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import { layerServer, Rehearsal } from "botswain/rehearsal"
import { Context, Effect } from "effect"
import { writeTeamId } from "../../src/admin/api/teamIdText.ts"
import { runCli, spawnCli } from "../cli/spawnCli.ts"
import { adminFleet, token } from "../support/adminFleet.ts"
import { webServer } from "../support/webServer.ts"

const portOf = (origin: string) => new URL(origin).port

describe("status --watch", () => {
  it.live("sees a process go, and goes on with the one that takes its place", () =>
    Effect.gen(function* () {
      const server = yield* Rehearsal
      yield* server.join(1)
      const run = (port: string) => spawnCli(["run", "--url", server.globalUrl, "--admin", `127.0.0.1:${port}`])
      const first = yield* run("0")
      const [, port = ""] = yield* first.printed(/"address":"http:\/\/127\.0\.0\.1:(\d+)"/)
      const watch = yield* spawnCli(["status", "--watch", "--admin", `127.0.0.1:${port}`])
      yield* watch.printed(/1 of 1 teams connected · ready/)
      yield* first.kill("SIGKILL")
      yield* watch.printed(/no botswain answers there/)
      yield* run(port)
      yield* watch.printed(/It was restarted at \d\d:\d\d:\d\d UTC\. [^]*1 of 1 teams connected · ready/)
      yield* watch.kill("SIGINT")
      const { code, stderr } = yield* watch.ended
      assert.deepStrictEqual([code, stderr], [0, ""])
    }).pipe(Effect.scoped, Effect.provide(layerServer()))
  )
})

describe("commands that ask a botswain", () => {
  it.live("say that it wants its token, and that another one was given", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet({ host: "0.0.0.0", loopback: false })
      const admin = ["--admin", `127.0.0.1:${portOf(fleet.origin)}`]
      const asked = (args: ReadonlyArray<string>) =>
        Effect.map(runCli([...args, ...admin]), ({ code, stderr }) => `${code} ${stderr}`)
      const wants =
        /^1 botswain: http:\S+: it wants the token that it was started with: --admin-token or BOTSWAIN_\w+\n$/
      assert.match(yield* asked(["status"]), wants)
      assert.match(yield* asked(["explain", "1"]), wants)
      assert.match(
        yield* asked(["status", "--admin-token", "another-token"]),
        /^1 botswain: http:\S+: it was started with another token than that of --admin-token\n$/
      )
      assert.strictEqual(yield* asked(["status", "--admin-token", token]), "0 ")
    }).pipe(Effect.scoped)
  )

  it.live("show the token to nobody, and follow nobody elsewhere", () =>
    Effect.gen(function* () {
      const heard: Array<string> = []
      const listen = (answer: (response: ServerResponse) => void) =>
        webServer((request, response) => {
          heard.push(`${request.url} ${JSON.stringify(request.rawHeaders)}`)
          answer(response)
        })
      const other = yield* listen((response) => response.end("{}"))
      const redirecting = yield* listen((response) =>
        response.writeHead(307, { location: `http://${other}/elsewhere` }).end()
      )
      for (const command of [["status"], ["explain", "1"]]) {
        for (const admin of [other, redirecting]) {
          const { code, stderr } = yield* runCli([...command, "--admin", admin, "--admin-token", token])
          assert.match(stderr, /^botswain: http:\S+: what answers there is no botswain of this version\n$/)
          assert.strictEqual(code, 1)
        }
      }
      assert.isAtLeast(heard.length, 4)
      for (const line of heard) {
        assert.notInclude(line, token)
        assert.notInclude(line, "elsewhere")
      }
    }).pipe(Effect.scoped)
  )

  it.live("tell a team by any id there is, and the number and the text that look alike apart", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet()
      const server = Context.get(fleet.context, Rehearsal)
      const ids = [1, "1", ".", "..", "--help", "a/b?c=d&e#f%2e", "8", "漢".repeat(1_000)]
      yield* Effect.forEach(ids, server.join)
      yield* server.awaitState(({ connectedTeams }) => connectedTeams === ids.length)
      const explained = Effect.fnUntraced(function* (written: string) {
        const admin = ["--admin", `127.0.0.1:${portOf(fleet.origin)}`, "--json"]
        const { stderr, stdout } = yield* runCli(["explain", ...admin, "--", written])
        assert.strictEqual(stderr, "")
        return JSON.parse(stdout).team.id
      })
      for (const id of ids) assert.strictEqual(yield* explained(writeTeamId(id)), id)
      assert.strictEqual(yield* explained("8"), "8", "as there is no number 8")
    }).pipe(Effect.scoped)
  )

  it.live("tell a team by its exact id, and say which one there is not", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet()
      const server = Context.get(fleet.context, Rehearsal)
      yield* Effect.forEach([1, "01"], server.join)
      yield* server.awaitState(({ connectedTeams }) => connectedTeams === 2)
      const explained = (team: string) => runCli(["explain", team, "--admin", `127.0.0.1:${portOf(fleet.origin)}`])
      for (const id of ["1", "01"]) {
        assert.match((yield* explained(id)).stdout, new RegExp(`^Team ${id} has been connected for`))
      }
      const { code, stderr } = yield* explained("001")
      assert.match(stderr, /^botswain: http:\S+: there is no team "001" in this run; the deck there finds teams .*\n$/)
      assert.strictEqual(code, 1)
      assert.strictEqual((yield* explained("")).stderr, "botswain: team: needs the id of a team\n")
    }).pipe(Effect.scoped)
  )
})
