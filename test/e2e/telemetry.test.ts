import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Rehearsal } from "../../src/rehearsal/Rehearsal.ts"
import { layerServer } from "../../src/rehearsal/ws/RehearsalServer.ts"
import { runCli, spawnCli } from "../cli/spawnCli.ts"
import type { OtlpSpan } from "../support/collector.ts"
import { watchedRun } from "../support/watchedRun.ts"
import { webServer } from "../support/webServer.ts"

const attribute = (
  span: { readonly attributes: ReadonlyArray<{ readonly key: string; readonly value: object }> },
  key: string
) => Object.values(span.attributes.find((one) => one.key === key)?.value ?? {})[0]

/** A span for each attempt: how it ended, linked to the one before. */
const assertSpans = (spans: ReadonlyArray<OtlpSpan>) => {
  const attempts = spans.filter(({ name }) => name === "team.connect")
  const of = (team: string) =>
    attempts
      .filter((span) => attribute(span, "team") === team)
      .toSorted((a, b) => Number(BigInt(a.startTimeUnixNano) - BigInt(b.startTimeUnixNano)))
  for (const [team, codes] of [
    ["1", "1 2 2 1 1"],
    ["2", "1 2 1 2 1 2 1"],
    ["3", "1 2 1"]
  ] as const) {
    assert.strictEqual(
      of(team)
        .map(({ status }) => status.code)
        .join(" "),
      codes,
      `team ${team}: 1 is up, 2 is a failure`
    )
    for (const [index, { endTimeUnixNano, links, startTimeUnixNano }] of of(team).entries()) {
      const before = of(team)[index - 1]
      const millis = Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1e6
      assert.isBelow(millis, 2_000, "it ends when the connection is up, and not with it")
      assert.deepStrictEqual(
        links.map(({ spanId }) => spanId),
        before === undefined ? [] : [before.spanId],
        "linked to the one before"
      )
    }
  }
}

describe("what is told of a fleet", () => {
  it.live("is whole, over OTLP too, and shows no secret on any surface", () =>
    Effect.gen(function* () {
      const { assets, given, secrets, surfaces, taken } = yield* watchedRun

      assert.deepStrictEqual(taken.problems, [])
      assertSpans(taken.spans)
      for (const { authorization, body } of taken.bodies) {
        assert.strictEqual(authorization, given.otlp)
        assert.include(body, `{"key":"service.name","value":{"stringValue":"the-fleet"}}`)
      }
      for (const name of ["botswain_teams_connected", "botswain_connects_total", "botswain_time_to_connect_seconds"]) {
        assert.isTrue(taken.metrics.has(name), name)
      }
      assert.isTrue(taken.logs.some((body) => body.includes("a team's connection was lost")))

      assert.match(surfaces.get("status") ?? "", /● Global up · 3 of 3 teams connected · ready/)
      assert.match(surfaces.get("explain 1") ?? "", /Attempt 2 failed: .*503/)
      assert.strictEqual(JSON.parse(surfaces.get("status --json") ?? "").fleet.teams.connected, 3)

      assert.isAtLeast(assets, 2, "script and style")
      for (const kind of ["OTLP /v1/traces", "OTLP /v1/metrics", "OTLP /v1/logs"])
        assert.isTrue(surfaces.has(kind), kind)
      for (const verb of ["/api/team/reconnect?id=1", "/api/wake", "/api/drain"]) {
        for (const status of [200, 403]) assert.isTrue(surfaces.has(`POST ${verb} ${status}`), `${verb} ${status}`)
      }
      for (const type of ["snapshot", "cells", "tick"]) assert.include(surfaces.get("events"), `"type":"${type}"`)
      assert.isAbove(secrets.length, 8 + 10, "the tickets of all teams too")
      for (const [surface, text] of surfaces) {
        assert.isAbove(text.length, 0, surface)
        for (const secret of secrets) assert.notInclude(text, secret, surface)
        // Whatever else a URL of a WebSocket may carry.
        assert.notMatch(text, /wss?:\/\/[^/\s"]+\/[^\s"]/, surface)
      }
    }).pipe(Effect.scoped)
  )

  it.live("goes to the collector that was named and no other, though that one redirects", () =>
    Effect.gen(function* () {
      const server = yield* Rehearsal
      const heard: Array<string> = []
      const elsewhere = yield* webServer((request, response) => {
        heard.push(`${request.url}`)
        response.end("{}")
      })
      const named = yield* webServer((request, response) => {
        response.writeHead(307, { location: `http://${elsewhere}${request.url}` }).end()
      })
      const cli = yield* spawnCli(["run", "--url", server.globalUrl, "--admin", "off"], {
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://${named}`,
        OTEL_EXPORTER_OTLP_HEADERS: "authorization=s3cret",
        OTEL_METRIC_EXPORT_INTERVAL: "100"
      })
      yield* cli.printed(/OTEL_EXPORTER_OTLP_ENDPOINT redirects, which is not followed/)
      yield* server.goodbye
      assert.strictEqual((yield* cli.ended).code, 0)
      assert.deepStrictEqual(heard, [])
    }).pipe(Effect.scoped, Effect.provide(layerServer()))
  )

  it.live("is asked for by variables of which a bad one is one line and exit code 1, before anything is dialled", () =>
    Effect.gen(function* () {
      const server = yield* Rehearsal
      const run = ["run", "--url", server.globalUrl, "--admin", "off"]
      for (const command of [run, ["demo", "--seconds", "5", "--admin", "off"]]) {
        const { code, stderr } = yield* runCli(command, {
          OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1",
          OTEL_METRIC_EXPORT_INTERVAL: "often"
        })
        assert.strictEqual(
          stderr,
          "botswain: OTEL_METRIC_EXPORT_INTERVAL: needs a whole number of milliseconds, from 100 to 86400000\n"
        )
        assert.strictEqual(code, 1)
      }
      assert.strictEqual((yield* server.state).dials.total, 0)
    }).pipe(Effect.scoped, Effect.provide(layerServer()))
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
      const { code: withToken, stderr: told } = yield* runCli(["run", "--url", server.globalUrl], {
        BOTSWAIN_ADMIN_TOKEN: "a-token-of-the-tests"
      })
      assert.match(told, /^botswain: --admin: the address is in use/m, "a token is for the address that was meant")
      assert.strictEqual(withToken, 1)
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

  it.live("that other computers reach is refused without a token, before anything is dialled", () =>
    Effect.gen(function* () {
      const server = yield* Rehearsal
      const { code, stderr } = yield* runCli(["run", "--url", server.globalUrl, "--admin", "0.0.0.0:0"])
      assert.strictEqual(
        stderr,
        "botswain: --admin: other computers may reach that address, so --admin-token is needed too\n"
      )
      assert.strictEqual(code, 1)
      assert.strictEqual((yield* server.state).dials.total, 0)
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
