import { hash } from "node:crypto"
import { request } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import { layerServer, Rehearsal } from "botswain/rehearsal"
import { Context, Effect } from "effect"
import { DrainSwitch } from "../../src/admin/DrainSwitch.ts"
import { spawnCli } from "../cli/spawnCli.ts"
import { adminFleet, ids, joined, token, until } from "../support/adminFleet.ts"

describe("operators", () => {
  it.live("are nobody without a token, and nobody with another one", () =>
    Effect.gen(function* () {
      const open = yield* adminFleet({ token: undefined })
      const closed = yield* adminFleet()
      for (const verb of ["/api/team/reconnect?id=1", "/api/wake", "/api/drain"]) {
        assert.strictEqual((yield* open.post(verb)).status, 403, verb)
        assert.strictEqual((yield* open.post(verb, "anything")).status, 403, verb)
        assert.strictEqual((yield* closed.post(verb)).status, 403, verb)
        assert.strictEqual((yield* closed.post(verb, `${token}x`)).status, 403, verb)
        assert.strictEqual((yield* closed.post(verb, token.slice(1))).status, 403, verb)
      }
    }).pipe(Effect.scoped)
  )

  it.live("are logged and slowed where their token is wrong, and let in again soon", () =>
    Effect.gen(function* () {
      const server = yield* Rehearsal
      const cli = yield* spawnCli(["run", "--url", server.globalUrl, "--admin", "127.0.0.1:0"], {
        BOTSWAIN_ADMIN_TOKEN: token
      })
      const [, origin = ""] = yield* cli.printed(/"address":"(http:\/\/127\.0\.0\.1:\d+)"/)
      const wake = (shown: string) =>
        Effect.promise(() =>
          fetch(`${origin}/api/wake`, { method: "POST", headers: { authorization: `Bearer ${shown}` } })
        ).pipe(Effect.map(({ status }) => status))
      const guesses = Array.from({ length: 30 }, (_, index) => wake(`${token}${index}`))
      const statuses = yield* Effect.all(guesses, { concurrency: "unbounded" })
      assert.strictEqual(statuses.filter((status) => status === 403).length, 15)
      assert.strictEqual(statuses.filter((status) => status === 429).length, 15)
      yield* cli.printed(/a wrong token was shown to the admin surface/)
      assert.strictEqual(yield* wake(token), 200)
      const metrics = yield* Effect.promise(() => fetch(`${origin}/metrics`).then((response) => response.text()))
      assert.match(metrics, /^botswain_admin_wrong_tokens_total 15$/m)
      assert.notInclude(cli.stderr(), token)
    }).pipe(Effect.scoped, Effect.provide(layerServer()))
  )

  it.live("reconnect one team, wake the slow lane, and drain", () =>
    Effect.gen(function* () {
      const fleet = yield* adminFleet()
      const server = yield* joined(fleet, ids)
      assert.strictEqual((yield* fleet.post("/api/team/reconnect?id=1", token)).status, 200)
      yield* server.awaitState((state) => state.team(1).opens === 2 && state.team(1).openSockets === 1)
      assert.strictEqual((yield* fleet.post("/api/team/reconnect?id=nobody", token)).status, 404)

      yield* server.refuseDials({ of: { team: 2 } })
      yield* server.cut(2)
      yield* until(fleet.json("/api/fleet"), ({ teams }) => teams.slow === 1)
      yield* server.acceptDials
      assert.strictEqual((yield* fleet.post("/api/wake", token)).status, 200)
      yield* server.awaitState((state) => state.team(2).openSockets === 1)

      assert.strictEqual((yield* fleet.post("/api/drain", token)).status, 200)
      yield* Context.get(fleet.context, DrainSwitch).pulled
    }).pipe(Effect.scoped)
  )
})

/** Sends headers that `fetch` would not send, and gives the status. */
const bare = (origin: string, path: string, headers: Record<string, string>) =>
  Effect.callback<number>((resume) => {
    request(`${origin}${path}`, { headers }, (response) => {
      response.resume()
      resume(Effect.succeed(response.statusCode ?? 0))
    }).end()
  })

describe("who asks", () => {
  it.live("must have come by a name of this computer, and from no other page", () =>
    Effect.gen(function* () {
      const { origin } = yield* adminFleet()
      const { host, port } = new URL(origin)
      for (const path of ["/", "/metrics", "/api/fleet", "/healthz"]) {
        const asked = (headers: Record<string, string>) => bare(origin, path, headers)
        assert.strictEqual(yield* asked({}), 200)
        assert.strictEqual(yield* asked({ host: `localhost:${port}` }), 200)
        assert.strictEqual(yield* asked({ host: `attacker.example:${port}` }), 403, `${path} by another name`)
        assert.strictEqual(yield* asked({ origin: `http://${host}` }), 200)
        assert.strictEqual(yield* asked({ origin: "http://attacker.example" }), 403, `${path} from another page`)
        assert.strictEqual(yield* asked({ origin: "null" }), 403)
      }
    }).pipe(Effect.scoped)
  )

  it.live("shows the token for everything but probes and the page, where other computers can ask", () =>
    Effect.gen(function* () {
      const { origin } = yield* adminFleet({ host: "0.0.0.0", loopback: false })
      const here = origin.replace("0.0.0.0", "127.0.0.1")
      const status = (path: string, headers: Record<string, string> = {}) => bare(here, path, headers)
      for (const path of ["/metrics", "/api/fleet", "/api/teams", "/api/events", "/docs", "/nothing"]) {
        assert.strictEqual(yield* status(path), 401, path)
      }
      for (const path of ["/metrics", "/api/fleet"]) {
        assert.strictEqual(yield* status(path, { authorization: `Bearer ${token}` }), 200, path)
      }
      for (const path of ["/", "/healthz"]) assert.strictEqual(yield* status(path), 200, path)
    }).pipe(Effect.scoped)
  )
})

describe("answers", () => {
  const guarded = {
    "cache-control": "no-store",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY"
  }

  it.live("have the headers that keep them to themselves, those of errors too", () =>
    Effect.gen(function* () {
      const { get, post } = yield* adminFleet()
      const asked = [
        [200, get("/")],
        [200, get("/healthz")],
        [200, get("/docs")],
        [200, get("/openapi.json")],
        [400, get("/api/teams?limit=many")],
        [403, post("/api/wake")],
        [404, get("/nothing")],
        [404, get("/api/team?id=nobody")],
        [404, post("/api/fleet")],
        [404, get("/healthz", { method: "DELETE" })]
      ] as const
      for (const [status, response] of asked) {
        const { headers, status: is, url } = yield* response
        assert.strictEqual(is, status, url)
        for (const [name, value] of Object.entries(guarded))
          assert.strictEqual(headers.get(name), value, `${url} ${name}`)
      }
    }).pipe(Effect.scoped)
  )

  it.live("of the API's page run its own script and no other", () =>
    Effect.gen(function* () {
      const page = yield* (yield* adminFleet()).get("/docs")
      const [, script = ""] = /<script>([^]*?)<\/script>/.exec(yield* Effect.promise(() => page.text())) ?? []
      const policy = page.headers.get("content-security-policy") ?? ""
      assert.include(policy, "default-src 'none'")
      assert.include(policy, `script-src 'sha256-${hash("sha256", script, "base64")}';`)
      assert.include(policy, "connect-src 'self'")
    }).pipe(Effect.scoped)
  )
})
