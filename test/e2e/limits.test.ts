import { assert, describe, it } from "@effect/vitest"
import { Rehearsal } from "botswain/rehearsal"
import { Effect } from "effect"
import { layerServer } from "../../src/rehearsal/ws/RehearsalServer.ts"
import { runCli, spawnCli } from "../cli/spawnCli.ts"
import { halfSent } from "../support/halfSent.ts"
import { parsePrometheus, valueOf } from "../support/prometheus.ts"

const openFiles = 120
const teams = 300
/** Descriptors that are kept back from teams: a sixteenth. */
const keptBack = 7
/** Of these, for connections of the admin surface: half. */
const adminConnections = 3
/** Descriptors that the process has for itself, at most: 25, and as much again on a busy machine. */
const own = 50

const outOf = new RegExp(
  `out of file descriptors: ${openFiles} allowed, (\\d+) team connections open, (\\d+) teams wait\\. Raise \`ulimit -n\` or LimitNOFILE`
)

/** Runs a fleet on a server of three hundred teams, with a limit that has not room for all, until that is told. */
const outOfDescriptors = Effect.gen(function* () {
  const server = yield* Rehearsal
  const cli = yield* spawnCli(["run", "--url", server.globalUrl, "--admin", "127.0.0.1:0"], {}, { openFiles })
  const [, origin = ""] = yield* cli.printed(/"address":"(http:\/\/127\.0\.0\.1:\d+)"/)
  for (let id = 0; id < teams; id++) yield* server.join(id)
  const [, connected, waiting] = yield* cli.printed(outOf)
  const get = (path: string) =>
    Effect.promise(async () => {
      // One that is kept alive would be the idle one that makes room.
      const response = await fetch(origin + path, { headers: { connection: "close" } })
      return { status: response.status, text: await response.text() }
    })
  const asked = (...args: ReadonlyArray<string>) =>
    Effect.map(runCli([...args, "--admin", new URL(origin).host]), ({ stdout }) => stdout)
  return { server, cli, origin, get, asked, connected: Number(connected), waiting: Number(waiting) }
})

describe.runIf(process.platform === "linux")("a process that is out of descriptors", () => {
  it.live("says so in one line, answers everybody, blames no host, and goes on where one is to be had", () =>
    Effect.gen(function* () {
      const { asked, cli, connected, get, origin, server, waiting } = yield* outOfDescriptors
      assert.isAtLeast(connected, openFiles - keptBack - own)
      assert.strictEqual(connected + waiting, teams)

      for (let time = 0; time < 10; time++)
        assert.deepStrictEqual(yield* get("/healthz"), { status: 200, text: "alive\n" })
      const ready = yield* get("/readyz")
      assert.strictEqual(ready.status, 503)
      assert.match(ready.text, /^not ready: Global is up, \d+ of 300 wanted teams are connected/)
      assert.match(ready.text, outOf)
      assert.match(yield* asked("status"), outOf)
      assert.match(JSON.parse(yield* asked("status", "--json")).fleet.shortage, outOf)

      const metrics = parsePrometheus((yield* get("/metrics")).text)
      assert.strictEqual(valueOf(metrics, "process_max_fds"), openFiles)
      assert.isAtMost(valueOf(metrics, "process_open_fds") ?? Infinity, openFiles)
      assert.isAtLeast(valueOf(metrics, "process_open_fds") ?? 0, connected)
      assert.strictEqual(valueOf(metrics, "botswain_circuits_opened_total"), 0)
      assert.strictEqual(valueOf(metrics, "botswain_attempts_failed_total", { step: "dial" }), 0)
      assert.strictEqual(valueOf(metrics, "botswain_teams", { state: "SlowRetry" }), 0)

      yield* halfSent(origin, openFiles)
      assert.strictEqual((yield* get("/healthz")).status, 200)
      yield* server.cutGlobal()
      yield* server.awaitState(({ global }) => global.opens === 2 && global.openSockets === 1)
      const upNow = (yield* server.healthcheck).flatMap((team) => (team.connected ? [team.id] : []))
      assert.isAtLeast(upNow.length, connected)

      const leaving = upNow.slice(0, 50)
      yield* Effect.forEach(leaving, (id) => server.leave(id))
      yield* server.awaitState(
        ({ connectedTeams, team }) =>
          connectedTeams >= connected - adminConnections && leaving.every((id) => team(id).openSockets === 0)
      )
      assert.strictEqual(Array.from(cli.stderr().matchAll(new RegExp(outOf, "g"))).length, 1)
    }).pipe(Effect.scoped, Effect.provide(layerServer()))
  )
})
