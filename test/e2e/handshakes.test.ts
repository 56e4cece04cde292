import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect } from "effect"
import { runCli, spawnCli } from "../cli/spawnCli.ts"
import { scriptedPlatform } from "./scriptedPlatform.ts"
import { type RawPeer, shake } from "./socket.servers.ts"

const run = (url: string, ...flags: ReadonlyArray<string>) =>
  spawnCli(["run", "--url", url, "--log-format", "json", ...flags])

describe("the handshake of a team", () => {
  it.live("names its client, and has the headers that it was given, but never the token", () =>
    Effect.gen(function* () {
      // As a web application firewall does.
      const accept = (peer: RawPeer, head: string) =>
        /\r\nuser-agent: \S/i.test(head) ? shake(peer, head) : peer.socket.end("HTTP/1.1 403 Forbidden\r\n\r\n")
      const platform = yield* scriptedPlatform(accept)
      yield* run(platform.url, "--token", "hunter2", "--header", "X-Global: 1", "--team-header", "X-Team: 2")
      const global = yield* platform.welcome(1)
      assert.deepInclude(global.request.headers, { authorization: "Bearer hunter2", "x-global": "1" })
      assert.match(String(global.request.headers["user-agent"]), /^botswain\/\d+\.\d+\.\d+$/)
      const { head } = yield* platform.socket
      const text = yield* Deferred.await(head)
      assert.match(text, /\r\nUser-Agent: botswain\/\d+\.\d+\.\d+\r\n/)
      assert.match(text, /\r\nX-Team: 2\r\n/)
      assert.notMatch(text, /hunter2|X-Global/)
    }).pipe(Effect.scoped)
  )

  it.live("may have no Authorization, since the server chooses the hosts", () =>
    Effect.gen(function* () {
      const { code, stderr } = yield* runCli(["run", "--url", "ws://127.0.0.1:1", "--team-header", "authorization: x"])
      assert.strictEqual(code, 1)
      assert.match(stderr, /^botswain: --team-header: may have no Authorization[^\n]*\n$/)
    })
  )

  for (const [answer, told] of [
    ["HTTP/1.1 503 Busy\nContent-Length: 0\n\n", "a line of the answer ends with LF and no CR"],
    ["SSH-2.0-OpenSSH_9.6\r\n", "the answer is no HTTP/1"],
    ["HTTP/1.1 OK\r\n\r\n", "the answer's status line is malformed"],
    [`HTTP/1.1 200 OK\r\nX: ${"x".repeat(20_000)}\r\n\r\n`, "the answer's head is larger than 16 KiB"],
    ["HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n", "the answer does not switch to WebSocket"],
    [
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n",
      "Sec-WebSocket-Accept does not match the key"
    ]
  ] as const) {
    it.live(`is over at once, and the log tells: ${told}`, () =>
      Effect.gen(function* () {
        const platform = yield* scriptedPlatform((peer) => peer.socket.write(answer))
        const cli = yield* run(platform.url, "--connect-timeout", "1 hour")
        yield* platform.welcome(1)
        yield* cli.printed(new RegExp(`protocol: ${told}`))
      }).pipe(Effect.scoped)
    )
  }
})
