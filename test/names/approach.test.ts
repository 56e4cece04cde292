import { createServer } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Queue, Result } from "effect"
import { limitsOf } from "../../src/layers/limitsOf.ts"
import type { Receiver } from "../../src/services/Socket.ts"
import { dial } from "../../src/websocket/dial.ts"
import { boundsFor } from "../../src/websocket/names/bounds.ts"
import { makeNames } from "../../src/websocket/names/Names.ts"
import { UnfinishedMessages } from "../../src/websocket/UnfinishedMessages.ts"
import { rawServer, shake } from "../e2e/socket.servers.ts"
import { endpointOf, settingsOf } from "../support/settings.ts"

const silent: Receiver = { onFrame: () => {}, onControl: () => {}, onClosed: () => {} }

/** A server that takes connections and answers no handshake with a switch of protocols. */
const busyServer = Effect.fnUntraced(function* (host: string, port: number) {
  const server = createServer((socket) => socket.end("HTTP/1.1 503 Service Unavailable\r\n\r\n"))
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => void server.listen(port, host, () => resume(Effect.void))),
    () => Effect.sync(() => server.close())
  )
})

describe("a host of which one address takes connections and does no handshake", () => {
  it.live("is dialled at the other the next time, and there from then on", () =>
    Effect.gen(function* () {
      const server = yield* rawServer(shake)
      yield* busyServer("127.0.0.2", server.port)
      let lookups = 0
      const names = yield* makeNames(boundsFor(4), {
        system: (_hostname, done) => {
          lookups++
          setImmediate(() => done(Result.succeed(["127.0.0.2", "127.0.0.1"])))
        },
        direct: () => {}
      })
      const request = { endpoint: endpointOf(`ws://chat.example:${server.port}/`), allowsAddress: () => true }
      const limits = { ...limitsOf(settingsOf()), unfinished: new UnfinishedMessages(Infinity) }
      const dialOnce = Effect.gen(function* () {
        const connection = dial(request, silent, { names, secureContext: undefined, proxy: undefined }, limits)
        const opened = yield* Effect.result(connection.opened)
        connection.terminate()
        yield* connection.closed
        return Result.isSuccess(opened) ? "opened" : opened.failure.message
      })
      assert.strictEqual(yield* dialOnce, "refused: HTTP status 503")
      for (let n = 0; n < 3; n++) assert.strictEqual(yield* dialOnce, "opened")
      assert.strictEqual(yield* Queue.size(server.accepted), 3)
      assert.strictEqual(lookups, 1)
    })
  )
})
