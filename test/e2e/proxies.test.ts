import { assert, describe, it } from "@effect/vitest"
import { Rehearsal } from "botswain/rehearsal"
import { Duration, Effect, Exit, Queue, Scope } from "effect"
import { layerServer } from "../../src/rehearsal/ws/RehearsalServer.ts"
import { runCli, spawnCli } from "../cli/spawnCli.ts"
import { connectProxy, letThrough } from "./connectProxy.ts"
import { scriptedPlatform } from "./scriptedPlatform.ts"
import { localhostCertificate } from "./socket.tls.ts"

const noAdmin = (flags: ReadonlyArray<string>) => (flags.includes("--admin") ? [] : ["--admin", "off"])

const run = (url: string, flags: ReadonlyArray<string>, variables: Record<string, string> = {}) =>
  spawnCli(["run", "--url", url, "--log-format", "json", ...noAdmin(flags), ...flags], variables)

describe("botswain run with a proxy", () => {
  it.live("dials Global and teams through it, and shows its password nowhere", () =>
    Effect.gen(function* () {
      const proxy = yield* connectProxy()
      const platform = yield* scriptedPlatform()
      const cli = yield* run(platform.url, ["--log-level", "debug"], {
        BOTSWAIN_PROXY: `http://me:hunter2@127.0.0.1:${proxy.port}`
      })
      yield* platform.welcome(1)
      yield* platform.socket
      assert.match(yield* Queue.take(proxy.heads), /^CONNECT 127\.0\.0\.1:\d+ HTTP\/1\.1\r\n/)
      const team = yield* Queue.take(proxy.heads)
      assert.include(team, `Proxy-Authorization: Basic ${Buffer.from("me:hunter2").toString("base64")}\r\n`)
      yield* cli.kill("SIGTERM")
      const { code, stderr, stdout } = yield* cli.ended
      assert.strictEqual(code, 0)
      assert.notInclude(stdout + stderr, "hunter2")
    }).pipe(Effect.scoped)
  )

  it.live("dials Global and teams through one behind TLS that --tls-ca vouches for, and through no other", () =>
    Effect.gen(function* () {
      const proxy = yield* connectProxy(letThrough(), { secure: true })
      const platform = yield* scriptedPlatform()
      const flags = ["--proxy", `https://localhost:${proxy.port}`]
      const distrusts = yield* run(platform.url, flags)
      yield* distrusts.printed(/proxy: DEPTH_ZERO_SELF_SIGNED_CERT/)
      yield* distrusts.kill("SIGKILL")
      assert.strictEqual(yield* Queue.size(proxy.heads), 0)
      yield* run(platform.url, [...flags, "--tls-ca", yield* localhostCertificate])
      yield* platform.welcome(1, 2)
      const teams = yield* Effect.replicateEffect(platform.socket, 2)
      assert.sameMembers(
        teams.map(({ team }) => team),
        [1, 2]
      )
      // Global's, and one for each team.
      for (const head of yield* Queue.takeN(proxy.heads, 3)) assert.match(head, /^CONNECT 127\.0\.0\.1:\d+ /)
    }).pipe(Effect.scoped)
  )

  it.live("takes it from HTTP_PROXY, for a name that nobody else can resolve, but not for this computer", () =>
    Effect.gen(function* () {
      const proxy = yield* connectProxy()
      const platform = yield* scriptedPlatform()
      const variables = { HTTP_PROXY: `http://127.0.0.1:${proxy.port}` }
      const named = platform.url.replace("127.0.0.1", "chat.invalid")
      yield* run(named, ["--allow-host", "127.0.0.1"], variables)
      yield* platform.welcome(1)
      // The team's URL names this computer: there is no proxy for it.
      yield* platform.socket
      assert.match(yield* Queue.take(proxy.heads), /^CONNECT chat\.invalid:/)
      assert.strictEqual(yield* Queue.size(proxy.heads), 0)
    }).pipe(Effect.scoped)
  )

  it.live("does not take the proxy's address for the server's: a team on an internal one is refused", () =>
    Effect.gen(function* () {
      const proxy = yield* connectProxy()
      const platform = yield* scriptedPlatform()
      const named = platform.url.replace("127.0.0.1", "chat.invalid")
      const cli = yield* run(named, ["--proxy", `http://127.0.0.1:${proxy.port}`])
      yield* platform.welcome(1)
      yield* cli.printed(/offer refused: 127\.0\.0\.1 /)
      assert.strictEqual(yield* Queue.size(proxy.heads), 1)
    }).pipe(Effect.scoped)
  )

  it.live("tells that the proxy refuses, and is up when it lets through", () =>
    Effect.gen(function* () {
      let refusals = 0
      const through = letThrough()
      const proxy = yield* connectProxy((client, head) =>
        refusals++ < 2 ? client.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n") : through(client, head)
      )
      const platform = yield* scriptedPlatform()
      const cli = yield* run(platform.url, ["--proxy", `127.0.0.1:${proxy.port}`, "--backoff-base", "50 millis"])
      yield* cli.printed(/proxy: HTTP status 407/)
      yield* platform.welcome(1)
      yield* platform.socket
    }).pipe(Effect.scoped)
  )

  it.live("tells that the proxy does not answer", () =>
    Effect.gen(function* () {
      const proxy = yield* connectProxy(() => {})
      const cli = yield* run("ws://chat.invalid/", [
        "--proxy",
        `127.0.0.1:${proxy.port}`,
        "--connect-timeout",
        "100 millis"
      ])
      yield* cli.printed(/no answer of the proxy in \d+ ms/)
    }).pipe(Effect.scoped)
  )

  it.live(
    "is up again with all teams within seconds of when a proxy that died is back, and tells meanwhile that it was the proxy",
    () =>
      Effect.gen(function* () {
        const server = yield* Rehearsal
        const life = yield* Scope.make()
        const { port } = yield* Scope.provide(connectProxy(), life)
        const teams = 200
        for (let id = 0; id < teams; id++) yield* server.join(id)
        const cli = yield* run(server.globalUrl, ["--proxy", `127.0.0.1:${port}`, "--admin", "127.0.0.1:0"])
        const [, origin = ""] = yield* cli.printed(/"address":"(http:\/\/127\.0\.0\.1:\d+)"/)
        yield* server.awaitState(({ connectedTeams }) => connectedTeams === teams)
        yield* Scope.close(life, Exit.void)
        yield* server.awaitState(({ global, openSockets }) => openSockets === 0 && global.openSockets === 0)
        yield* cli.printed(/a team's attempt failed[^\n]*proxy: ECONNREFUSED/)
        const status = runCli(["status", "--admin", new URL(origin).host])
        yield* Effect.repeat(status, { until: ({ stdout }) => stdout.includes("Global down: proxy: ECONNREFUSED") })
        yield* connectProxy(letThrough(), { port })
        const allAreBack = server.awaitState(({ connectedTeams }) => connectedTeams === teams)
        // Global has waited for ten seconds at most, and then its teams need none.
        const [untilGlobal] = yield* Effect.timed(server.awaitState(({ global }) => global.openSockets === 1))
        const [untilTeams] = yield* Effect.timed(allAreBack)
        assert.isBelow(Duration.toSeconds(untilGlobal), 11)
        assert.isBelow(Duration.toSeconds(untilTeams), 5)
      }).pipe(Effect.scoped, Effect.provide(layerServer())),
    60_000
  )

  it.live("is told in one line what is wrong with a proxy", () =>
    Effect.gen(function* () {
      const args = ["run", "--url", "ws://127.0.0.1:1"]
      const flag = yield* runCli([...args, "--proxy", "socks5://me:hunter2@p"])
      assert.deepInclude(flag, { code: 1, stderr: "botswain: --proxy: needs the http or https URL of a proxy\n" })
      const variable = yield* runCli(args, { HTTPS_PROXY: "socks5://me:hunter2@p" })
      assert.deepInclude(variable, {
        code: 1,
        stderr: "botswain: HTTPS_PROXY: needs the http or https URL of a proxy\n"
      })
    })
  )
})
