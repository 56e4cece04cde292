import { subscribe, unsubscribe } from "node:diagnostics_channel"
import type { Socket as NetSocket } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Queue, Result } from "effect"
import * as SocketNet from "../../src/layers/SocketNet.ts"
import { Settings } from "../../src/services/Settings.ts"
import { open } from "../../src/services/Socket.ts"
import { Endpoint } from "../../src/wire/Endpoint.ts"
import { contract } from "./socket.contract.ts"
import { recorder, wsServer } from "./socket.servers.ts"

describe("SocketNet", () => {
  contract(SocketNet.layer)

  it.live("lets an instrument of the process listen to its sockets", () =>
    Effect.gen(function* () {
      const events = yield* Queue.unbounded<string>()
      const listen = (message: unknown) => {
        const { socket } = message as { readonly socket: NetSocket }
        socket.once("connect", () => Queue.offerUnsafe(events, "connect"))
        socket.on("error", () => Queue.offerUnsafe(events, "error"))
        socket.on("close", () => Queue.offerUnsafe(events, "close"))
      }
      const server = yield* wsServer
      yield* Effect.acquireRelease(
        Effect.sync(() => subscribe("net.client.socket", listen)),
        () => Effect.sync(() => unsubscribe("net.client.socket", listen))
      )
      const dial = (port: number) => ({
        endpoint: Result.getOrThrow(Endpoint.parse(`ws://127.0.0.1:${port}/`)),
        allowsAddress: () => true
      })
      const ear = yield* recorder
      const bounds = { connectTimeout: 5000, drainTimeout: 2000 }
      const connection = yield* open(dial(server.port), ear, bounds)
      const peer = yield* Queue.take(server.accepted)
      peer.ws.send("heard")
      assert.strictEqual(yield* Queue.take(ear.frames), "heard")
      connection.close(1000)
      assert.deepStrictEqual(yield* connection.closed, { code: 1000 })
      assert.deepStrictEqual(yield* Queue.takeN(events, 2), ["connect", "close"])
      const refused = yield* Effect.flip(open(dial(1), ear, bounds))
      assert.deepInclude(refused, { reason: "unreachable", detail: "ECONNREFUSED" })
      assert.deepStrictEqual(yield* Queue.takeN(events, 2), ["error", "close"])
    }).pipe(Effect.provide(Layer.provide(SocketNet.layer, Layer.orDie(Settings.layer({ url: "ws://127.0.0.1:1" })))))
  )
})
