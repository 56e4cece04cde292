import { assert } from "@effect/vitest"
import { Answer, Rehearsal } from "botswain/rehearsal"
import { Effect, Redacted } from "effect"
import { layerServer } from "../../src/rehearsal/ws/RehearsalServer.ts"
import { runCli, spawnCli } from "../cli/spawnCli.ts"
import { collector } from "./collector.ts"
import { readEvents } from "./readEvents.ts"

/** What nobody is to see who is not told it: what this side is given, and what the platform says in confidence. */
const given = {
  token: "t0ps3cret-global",
  key: "s3cret-key-of-the-url",
  header: "s3cret-header",
  admin: "s3cret-of-operators",
  otlp: "s3cret-of-the-collector",
  offer: "s3cret-of-an-offer",
  password: "s3cret-password",
  frame: "s3cret-in-a-frame"
}

/** Each way in which a URL, or a frame with one in it, can be bad. */
const trouble = Effect.gen(function* () {
  const server = yield* Rehearsal
  const again = (team: number, opens: number) => server.awaitState((state) => state.team(team).opens === opens)
  const { host } = new URL(server.globalUrl)

  yield* server.refuseDials({ count: 2, of: { team: 1 } })
  yield* server.cut(1)
  yield* again(1, 2)
  for (const url of [
    `ftp://files.example/${given.offer}`,
    `${given.offer} is no URL`,
    `ws://operator:${given.password}@${host}/${given.offer}`
  ]) {
    yield* server.answerAsks(Answer.Url({ url }), { team: 2, times: 1 })
    const { opens } = (yield* server.state).team(2)
    yield* server.cut(2)
    yield* again(2, opens + 1)
  }
  const message = `wss://${host}/${given.offer} is not there`
  yield* server.answerAsks(Answer.Error({ message }), { team: 3, times: 1 })
  yield* server.cut(3)
  yield* again(3, 2)
  yield* server.error({ message, receivedMessage: { ws_url: message } })
  yield* server.sendRaw("global", `{"type":"team.connect","team_id":1,"ws_url":["wss://${host}/${given.frame}"]}`)
  yield* server.sendRaw({ team: 1 }, `{"type":"message","text":{"wss://${host}/${given.frame}":1}}`)
  yield* server.sendRaw({ team: 2 }, `{"type":"message","text":"${given.frame}`)
  yield* server.sendRaw({ team: 2 }, `{"type":"${given.frame}"}`)
  yield* server.settle
})

const paths = ["/", "/healthz", "/readyz", "/metrics", "/docs", "/openapi.json"].concat(
  ["/api/fleet", "/api/past", "/api/teams", "/api/teams?text=503&sort=failures&order=down"],
  ["/api/team?id=1", "/api/team?id=2", "/api/team?id=3", "/api/team?id=nobody", "/api/teams?sort=nothing", "/nothing"]
)
const reconnect = "/api/team/reconnect?id=1"
const others = ["/api/wake", "/api/drain"]
const commands = [
  ["status"],
  ["status", "--json"],
  ["explain", "1"],
  ["explain", "2"],
  ["explain", "3", "--json"]
].concat([["explain", "nobody"]])

/** A run with trouble in it, and all that was told of it: what every surface said, with the headers of every answer. */
export const watchedRun = Effect.gen(function* () {
  const server = yield* Rehearsal
  const taken = yield* collector
  const surfaces = new Map<string, string>()
  const cli = yield* spawnCli(
    ["run", "--url", `${server.globalUrl}?key=${given.key}`, "--header", `X-Key: ${given.header}`]
      .concat(["--admin", "127.0.0.1:0", "--backoff-base", "50 millis", "--log-level", "trace"])
      .concat(["--ping-interval", "100 millis"]),
    {
      BOTSWAIN_TOKEN: given.token,
      BOTSWAIN_ADMIN_TOKEN: given.admin,
      OTEL_EXPORTER_OTLP_ENDPOINT: taken.endpoint,
      OTEL_EXPORTER_OTLP_HEADERS: `authorization=${given.otlp}`,
      OTEL_METRIC_EXPORT_INTERVAL: "300",
      OTEL_SERVICE_NAME: "the-fleet"
    }
  )
  const [, origin = ""] = yield* cli.printed(/"address":"(http:\/\/127\.0\.0\.1:\d+)"/)
  const { host } = new URL(origin)
  const asked = Effect.fnUntraced(function* (path: string, init?: RequestInit) {
    const response = yield* Effect.promise(() => fetch(origin + path, init))
    const text = yield* Effect.promise(() => response.text())
    surfaces.set(
      `${init?.method ?? "GET"} ${path} ${response.status}`,
      `${JSON.stringify([...response.headers])}\n${text}`
    )
    return text
  })
  const post = (path: string, shown: string) =>
    asked(path, { method: "POST", headers: { authorization: `Bearer ${shown}` } })

  const events = yield* readEvents(`${origin}/api/events`)
  const watch = yield* spawnCli(["status", "--watch", "--admin", host])
  for (const id of [1, 2, 3]) yield* server.join(id)
  yield* server.awaitState(({ connectedTeams }) => connectedTeams === 3)
  yield* trouble
  for (const type of ["cells", "tick"]) yield* events.next((event) => event.type === type)

  for (const path of paths) yield* asked(path)
  const assets = Array.from((surfaces.get("GET / 200") ?? "").matchAll(/(?:src|href)="\.?(\/[^"]+)"/g))
  for (const [, path = ""] of assets) yield* asked(path)
  for (const verb of [reconnect, ...others]) yield* post(verb, `${given.admin}x`)
  for (const args of commands) {
    const { stderr, stdout } = yield* runCli([...args, "--admin", host, "--admin-token", given.admin])
    surfaces.set(args.join(" "), stdout + stderr)
  }
  yield* post(reconnect, given.admin)
  yield* server.awaitState((state) => state.team(1).opens === 3)
  for (const verb of others) yield* post(verb, given.admin)
  const { code, stderr, stdout } = yield* cli.ended
  assert.strictEqual(code, 0)
  yield* watch.printed(/no botswain answers there/)
  surfaces.set("events", events.heard()).set("status --watch", watch.stdout() + watch.stderr())
  surfaces.set("stdout", stdout).set("stderr", stderr)
  for (const { body, path } of taken.bodies) surfaces.set(`OTLP ${path}`, (surfaces.get(`OTLP ${path}`) ?? "") + body)

  const tickets = (yield* server.state).dials.recent.flatMap(({ path, target }) =>
    target === undefined || target === "global" ? [] : [Redacted.value(path)]
  )
  return { surfaces, taken, given, secrets: [...Object.values(given), ...tickets], assets: assets.length }
}).pipe(Effect.provide(layerServer({ token: Redacted.make(given.token) })))
