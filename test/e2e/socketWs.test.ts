import { connect } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Layer, Queue } from "effect"
import * as SocketWs from "../../src/layers/SocketWs.ts"
import { ConnectionWebSocket } from "../../src/layers/ws/ConnectionWebSocket.ts"
import { unguarded } from "../../src/services/DialError.ts"
import { open } from "../../src/services/Socket.ts"
import { endpointOf, settings } from "../support/settings.ts"
import { addressContract } from "./socket.addresses.ts"
import { contract } from "./socket.contract.ts"
import { rawServer, recorder, shake } from "./socket.servers.ts"

type Options = ConstructorParameters<typeof ConnectionWebSocket>[1]

/** A `ws` that connects by itself, and does not ask for a way. */
class IgnoringWebSocket extends ConnectionWebSocket {
  constructor(url: string, options: Options) {
    super(url, { ...options, createConnection: undefined })
  }
}

/** A `ws` that asks for a way, and connects by itself all the same. */
class StubbornWebSocket extends ConnectionWebSocket {
  constructor(url: string, options: Options) {
    const { createConnection } = options
    super(url, {
      ...options,
      createConnection: (...asked: ReadonlyArray<unknown>) => {
        if (createConnection !== undefined) Reflect.apply(createConnection, undefined, [asked[0], () => {}])
        return connect({ host: "127.0.0.1", port: Number(new URL(url).port) })
      }
    })
  }
}

/** Dials a server that shakes hands and says something at once, on a `ws` of another make. */
const dialOn = (WebSocket: typeof ConnectionWebSocket) =>
  Effect.gen(function* () {
    const server = yield* rawServer((peer, head) => {
      shake(peer, head)
      peer.socket.write(Buffer.from([0x81, 2, 0x68, 0x69]))
    })
    const ear = yield* recorder
    const asked: Array<string> = []
    const allowsAddress = (address: string) => asked.push(address) > 0
    const error = yield* Effect.flip(
      open({ endpoint: endpointOf(`ws://localhost:${server.port}/`), allowsAddress }, ear, {
        connectTimeout: 5_000,
        drainTimeout: 1_000
      })
    )
    return { asked, ear, error, server }
  }).pipe(Effect.provide(Layer.provide(SocketWs.layerOn(WebSocket), settings())))

describe("SocketWs", () => {
  contract(Layer.orDie(SocketWs.layer))

  describe("names and addresses", () => {
    addressContract(Layer.orDie(SocketWs.layer))
  })

  describe("on a runtime whose ws does not take the way that it is given", () => {
    it.live("refuses the dial before the server is told anything, where the way is not even asked for", () =>
      Effect.gen(function* () {
        const { asked, ear, error, server } = yield* dialOn(IgnoringWebSocket)
        assert.deepStrictEqual(error, unguarded())
        assert.deepStrictEqual([asked, ear.closings], [[], []])
        // The connection may have reached the server; then nothing was said on it.
        const peers = yield* Queue.clear(server.accepted)
        for (const peer of peers) {
          yield* Deferred.await(peer.ended)
          assert.strictEqual(peer.socket.bytesRead, 0)
        }
      }).pipe(Effect.scoped)
    )

    it.live("hears nothing of what the server says, where it connects by itself all the same", () =>
      Effect.gen(function* () {
        const { ear, error, server } = yield* dialOn(StubbornWebSocket)
        assert.deepStrictEqual(error, unguarded())
        // Its own, and that of the way.
        for (const peer of [yield* Queue.take(server.accepted), yield* Queue.take(server.accepted)]) {
          yield* Deferred.await(peer.ended)
        }
        assert.deepStrictEqual([yield* Queue.clear(ear.frames), ear.closings], [[], []])
      }).pipe(Effect.scoped)
    )
  })
})
