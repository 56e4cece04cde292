import { subscribe, unsubscribe } from "node:diagnostics_channel"
import type { Socket as NetSocket } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Queue, Result } from "effect"
import * as SocketNet from "../../src/layers/SocketNet.ts"
import { Settings } from "../../src/services/Settings.ts"
import { type Closed, open } from "../../src/services/Socket.ts"
import { Endpoint } from "../../src/wire/Endpoint.ts"
import { addressContract } from "./socket.addresses.ts"
import { contract } from "./socket.contract.ts"
import { rawServer, recorder, shake, wsServer } from "./socket.servers.ts"

const layer = Layer.provide(SocketNet.layer, Layer.orDie(Settings.layer({ url: "ws://127.0.0.1:1" })))

describe("SocketNet", () => {
  contract(Layer.orDie(SocketNet.layer))

  describe("names and addresses", () => {
    addressContract(Layer.orDie(SocketNet.layer))
  })

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
      const timeouts = { connectTimeout: 5000, drainTimeout: 2000 }
      const connection = yield* open(dial(server.port), ear, timeouts)
      const peer = yield* Queue.take(server.accepted)
      peer.ws.send("heard")
      assert.strictEqual(yield* Queue.take(ear.frames), "heard")
      connection.close(1000)
      assert.deepStrictEqual(yield* connection.closed, { code: 1000 })
      assert.deepStrictEqual(yield* Queue.takeN(events, 2), ["connect", "close"])
      const refused = yield* Effect.flip(open(dial(1), ear, timeouts))
      assert.deepInclude(refused, { reason: "unreachable", detail: "ECONNREFUSED" })
      assert.deepStrictEqual(yield* Queue.takeN(events, 2), ["error", "close"])
    }).pipe(Effect.provide(layer))
  )

  it.live("hands the frames of one read together to a receiver that takes them so, before it tells of the end", () =>
    Effect.gen(function* () {
      const server = yield* rawServer((peer, head) => {
        shake(peer, head)
        // Three texts, a ping between them, and a close frame.
        const texts = [0x81, 1, 0x61, 0x81, 1, 0x62, 0x89, 0, 0x81, 1, 0x63]
        setTimeout(() => peer.socket.write(Buffer.from([...texts, 0x88, 2, 0x03, 0xe8])), 10)
      })
      const told: Array<string | ReadonlyArray<string>> = []
      const ear = {
        onFrame: (frame: string) => void told.push(frame),
        onFrames: (frames: ReadonlyArray<string>) => void told.push(frames),
        onControl: () => {},
        onClosed: ({ code }: Closed) => void told.push(`closed ${code}`)
      }
      const endpoint = Result.getOrThrow(Endpoint.parse(`ws://127.0.0.1:${server.port}/`))
      const timeouts = { connectTimeout: 5000, drainTimeout: 100 }
      const connection = yield* open({ endpoint, allowsAddress: () => true }, ear, timeouts)
      yield* connection.closed
      assert.deepStrictEqual(told, [["a", "b", "c"], "closed 1000"])
    }).pipe(Effect.provide(layer))
  )
})
