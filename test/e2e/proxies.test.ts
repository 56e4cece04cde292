import { assert, describe, it } from "@effect/vitest"
import { Effect, Queue } from "effect"
import { runCli, spawnCli } from "../cli/spawnCli.ts"
import { connectProxy, letThrough } from "./connectProxy.ts"
import { scriptedPlatform } from "./scriptedPlatform.ts"

const run = (url: string, flags: ReadonlyArray<string>, variables: Record<string, string> = {}) =>
  spawnCli(["run", "--url", url, "--log-format", "json", "--admin", "off", ...flags], variables)

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
