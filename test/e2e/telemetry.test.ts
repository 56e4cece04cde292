import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { layerServer } from "../../src/layers/rehearsal/RehearsalServer.ts"
import { Rehearsal } from "../../src/services/Rehearsal.ts"
import { runCli, spawnCli } from "../programs/commands/spawnCli.ts"
import { collector } from "../support/collector.ts"
import { readEvents } from "../support/readEvents.ts"

const secrets = {
  token: "t0ps3cret-global",
  key: "s3cret-key-of-the-url",
  header: "s3cret-header",
  admin: "s3cret-of-operators",
  otlp: "s3cret-of-the-collector"
}

const attribute = (
  span: { readonly attributes: ReadonlyArray<{ readonly key: string; readonly value: object }> },
  key: string
) => Object.values(span.attributes.find((one) => one.key === key)?.value ?? {})[0]

/** A life with trouble in it, watched on every surface: what all of them said. */
const watched = Effect.gen(function* () {
  const server = yield* Rehearsal
  const taken = yield* collector
  const cli = yield* spawnCli(
    ["run", "--url", `${server.globalUrl}?key=${secrets.key}`, "--header", `X-Key: ${secrets.header}`]
      .concat(["--admin", "127.0.0.1:0", "--backoff-base", "50 millis", "--log-level", "trace"])
      .concat(["--ping-interval", "100 millis"]),
    {
      BOTSWAIN_TOKEN: secrets.token,
      BOTSWAIN_ADMIN_TOKEN: secrets.admin,
      OTEL_EXPORTER_OTLP_ENDPOINT: taken.endpoint,
      OTEL_EXPORTER_OTLP_HEADERS: `authorization=${secrets.otlp}`,
      OTEL_METRIC_EXPORT_INTERVAL: "300",
      OTEL_SERVICE_NAME: "the-fleet"
    }
  )
  const [, origin = ""] = yield* cli.printed(/"address":"(http:\/\/127\.0\.0\.1:\d+)"/)
  for (const id of [1, 2, 3]) yield* server.join(id)
  yield* server.awaitState(({ connectedTeams }) => connectedTeams === 3)
  yield* server.refuseDials({ count: 2, of: { team: 1 } })
  yield* server.cut(1)
  yield* server.awaitState((state) => state.team(1).opens === 2)

  const events = yield* readEvents(`${origin}/api/events`)
  const told = yield* events.next(({ type }) => type === "tick")
  const address = new URL(origin).host
  const surfaces = new Map<string, string>([["events", JSON.stringify(told)]])
  const paths = [
    "/",
    "/metrics",
    "/readyz",
    "/api/fleet",
    "/api/teams",
    "/api/teams/1",
    "/api/past",
    "/openapi.json",
    "/docs"
  ]
  for (const path of [...paths, "/api/teams/nobody"]) {
    surfaces.set(path, yield* Effect.promise(() => fetch(origin + path).then((response) => response.text())))
  }
  const wrong = { method: "POST", headers: { authorization: `Bearer ${secrets.admin}x` } }
  surfaces.set(
    "refusal",
    yield* Effect.promise(() => fetch(`${origin}/api/wake`, wrong).then((answer) => answer.text()))
  )
  for (const args of [
    ["status"],
    ["status", "--json"],
    ["explain", "1"],
    ["explain", "1", "--json"],
    ["explain", "nobody"]
  ]) {
    const { stderr, stdout } = yield* runCli([...args, "--admin", address, "--admin-token", secrets.admin])
    surfaces.set(args.join(" "), stdout + stderr)
  }
  yield* server.goodbye
  const { code, stderr, stdout } = yield* cli.ended
  assert.strictEqual(code, 0)
  surfaces.set("stdout", stdout).set("stderr", stderr)
  for (const [index, body] of taken.bodies.entries()) surfaces.set(`collector ${index}`, body)
  return { surfaces, taken }
}).pipe(Effect.provide(layerServer({ token: Redacted.make(secrets.token) })))

describe("what is told of a fleet", () => {
  it.live("is whole, over OTLP too, and shows no secret on any surface", () =>
    Effect.gen(function* () {
      const { surfaces, taken } = yield* watched

      assert.deepStrictEqual(taken.problems, [])
      const attempts = taken.spans.filter(({ name }) => name === "team.connect")
      const ofTeam1 = attempts
        .filter((span) => attribute(span, "team") === "1")
        .toSorted((a, b) => Number(BigInt(a.startTimeUnixNano) - BigInt(b.startTimeUnixNano)))
      assert.strictEqual(attempts.length, 3 + 3, "one for each attempt")
      assert.deepStrictEqual(
        ofTeam1.map(({ status }) => status.code),
        [1, 2, 2, 1],
        "up, refused, refused, up"
      )
      for (const [index, { links }] of ofTeam1.entries()) {
        const before = ofTeam1[index - 1]
        assert.deepStrictEqual(
          links.map(({ spanId }) => spanId),
          before === undefined ? [] : [before.spanId],
          "linked to the one before"
        )
      }
      for (const name of ["botswain_teams_connected", "botswain_connects_total", "botswain_time_to_connect_seconds"]) {
        assert.isTrue(taken.metrics.has(name), name)
      }
      assert.isTrue(taken.logs.some((body) => body.includes("a team's connection was lost")))

      assert.match(surfaces.get("status") ?? "", /● Global up · 3 of 3 teams connected · ready/)
      assert.match(surfaces.get("explain 1") ?? "", /Attempt 2 failed: .*503/)
      assert.match(
        surfaces.get("explain nobody") ?? "",
        /^botswain: .*there is no team "nobody" in this run; the deck there finds teams .*\n$/
      )
      const status = JSON.parse(surfaces.get("status --json") ?? "")
      assert.strictEqual(status.fleet.teams.connected, 3)

      assert.isAbove(surfaces.size, 18)
      for (const [surface, text] of surfaces) {
        assert.isAbove(text.length, 0, surface)
        for (const [what, secret] of Object.entries(secrets)) assert.notInclude(text, secret, `${what} on ${surface}`)
        // A URL of a team carries its ticket in its path.
        if (surface !== "/" && surface !== "/docs") assert.notMatch(text, /wss?:\/\/[^/\s"]+\/[^\s"]/, surface)
      }
    }).pipe(Effect.scoped)
  )

  it.live("goes nowhere where no collector is named, and harms nothing where it is away", () =>
    Effect.gen(function* () {
      const server = yield* Rehearsal
      const cli = yield* spawnCli(["run", "--url", server.globalUrl, "--admin", "off"], {
        OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1"
      })
      yield* server.join(1)
      yield* server.awaitState(({ connectedTeams }) => connectedTeams === 1)
      yield* server.goodbye
      assert.strictEqual((yield* cli.ended).code, 0)
    }).pipe(Effect.scoped, Effect.provide(layerServer()))
  )
})

describe("the admin address", () => {
  it.live("that is taken is one line and exit code 1 where it was asked for, and another port where it was not", () =>
    Effect.gen(function* () {
      const server = yield* Rehearsal
      const first = yield* spawnCli(["run", "--url", server.globalUrl, "--admin", "127.0.0.1:0"])
      const [, port = ""] = yield* first.printed(/"address":"http:\/\/127\.0\.0\.1:(\d+)"/)
      const { code, stderr } = yield* runCli(["run", "--url", server.globalUrl, "--admin", `127.0.0.1:${port}`])
      assert.match(stderr, /^botswain: --admin: the address is in use; another port is needed/m)
      assert.strictEqual(code, 1)
      const usual = yield* Effect.all([1, 2].map(() => spawnCli(["run", "--url", server.globalUrl])))
      yield* Effect.forEach(usual, (cli) => cli.printed(/"address":"http:\/\/127\.0\.0\.1:\d+"/))
      yield* Effect.raceAllFirst(
        usual.map((cli) => cli.printed(/the usual admin address is in use: status and explain need/))
      )
      const nowhere = yield* runCli([
        "run",
        "--url",
        server.globalUrl,
        "--admin",
        "192.0.2.1:0",
        "--admin-token",
        "sesame-sesame"
      ])
      assert.strictEqual(nowhere.stderr, "botswain: --admin: this computer has no such address\n")
    }).pipe(Effect.scoped, Effect.provide(layerServer()))
  )

  it.live("is nowhere with --admin off", () =>
    Effect.gen(function* () {
      const server = yield* Rehearsal
      const cli = yield* spawnCli(["run", "--url", server.globalUrl, "--admin", "off"])
      yield* server.join(1)
      yield* server.awaitState(({ connectedTeams }) => connectedTeams === 1)
      yield* cli.kill("SIGTERM")
      assert.notInclude((yield* cli.ended).stderr, "deck")
    }).pipe(Effect.scoped, Effect.provide(layerServer()))
  )

  it.live("is asked by commands that say in one line that nobody answers", () =>
    Effect.gen(function* () {
      for (const command of [["status"], ["explain", "1"]]) {
        const { code, stderr } = yield* runCli([...command, "--admin", "127.0.0.1:1"])
        assert.match(stderr, /^botswain: http:\/\/127\.0\.0\.1:1: no botswain answers there/)
        assert.strictEqual(code, 1)
      }
    })
  )
})
