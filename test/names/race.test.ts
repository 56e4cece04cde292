import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Fiber, Layer, Queue, Schedule } from "effect"
import * as SocketNet from "../../src/layers/SocketNet.ts"
import * as SocketWs from "../../src/layers/SocketWs.ts"
import { open, type Receiver, Socket } from "../../src/services/Socket.ts"
import { trustLocalhost } from "../e2e/socket.addresses.ts"
import { rawServer, shake, wssServer } from "../e2e/socket.servers.ts"
import { endpointOf, settings } from "../support/settings.ts"
import { stoppedServer } from "./stoppedServer.ts"

const silent: Receiver = { onFrame: () => {}, onControl: () => {}, onClosed: () => {} }

const timeouts = { connectTimeout: 10_000, drainTimeout: 1 }

/** Nobody listens there. */
const refuses = "127.0.0.5"
const other = "127.0.0.2"
const good = "127.0.0.1"

const request = (port: number, ...addresses: ReadonlyArray<string>) => ({
  endpoint: endpointOf(`ws://chat.example:${port}/`),
  allowsAddress: () => true,
  addresses
})

const took = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const since = yield* Clock.currentTimeMillis
    const value = yield* self
    return { value, millis: (yield* Clock.currentTimeMillis) - since }
  })

for (const [name, layer] of [
  ["SocketNet", SocketNet.layer],
  ["SocketWs", SocketWs.layer]
] as const) {
  const socket: Layer.Layer<Socket> = Layer.provide(Layer.orDie(layer), settings())

  describe(`${name} races addresses`, () => {
    for (const addresses of [
      [other, refuses],
      [refuses, other]
    ]) {
      it.live(`and reaches one that takes a second, beside one that refuses: ${addresses.join(", ")}`, () =>
        Effect.gen(function* () {
          const server = yield* rawServer(shake)
          const { goOn } = yield* stoppedServer(other, server.port)
          const dialling = yield* Effect.forkChild(took(open(request(server.port, ...addresses), silent, timeouts)), {
            startImmediately: true
          })
          // The kernel tries again after a second, and finds the server there again.
          yield* Effect.delay(goOn, 700)
          const { millis, value } = yield* Fiber.join(dialling)
          assert.strictEqual(value.peerAddress(), other)
          assert.isAtLeast(millis, 700)
        }).pipe(Effect.provide(socket))
      )
    }

    it.live(
      "and reaches the next when the first swallows all, after a quarter of a second; and speaks there only",
      () =>
        Effect.gen(function* () {
          const heads: Array<string> = []
          const server = yield* rawServer((peer, head) => {
            heads.push(head)
            shake(peer, head)
          })
          const { goOn } = yield* stoppedServer(other, server.port)
          const { millis, value } = yield* took(open(request(server.port, other, good), silent, timeouts))
          assert.strictEqual(value.peerAddress(), good)
          assert.isAtLeast(millis, 245)
          assert.isBelow(millis, timeouts.connectTimeout / 2)
          // What it has taken it passes on now, in order.
          yield* goOn
          yield* open(request(server.port, other), silent, timeouts)
          assert.strictEqual(heads.length, 2)
        }).pipe(Effect.provide(socket))
    )

    it.live("over TLS too", () =>
      Effect.gen(function* () {
        yield* trustLocalhost
        const server = yield* wssServer
        yield* stoppedServer(other, server.port)
        const endpoint = endpointOf(`wss://localhost:${server.port}/`)
        const connection = yield* open({ ...request(server.port, other, good), endpoint }, silent, timeouts)
        const peer = yield* Queue.take(server.accepted)
        yield* connection.send("up")
        assert.strictEqual(yield* Queue.take(peer.received), "up")
        assert.strictEqual(connection.peerAddress(), good)
      }).pipe(Effect.provide(socket))
    )

    it.live("and leaves none of them when it is interrupted", () =>
      Effect.gen(function* () {
        const server = yield* rawServer(shake)
        yield* stoppedServer(other, server.port)
        const sockets = Effect.sync(
          () => process.getActiveResourcesInfo().filter((resource) => resource === "TCPSocketWrap").length
        )
        const before = yield* sockets
        const dialling = yield* Effect.forkChild(open(request(server.port, other, other), silent, timeouts), {
          startImmediately: true
        })
        yield* Effect.repeat(sockets, { schedule: Schedule.spaced(10), until: (count) => count === before + 2 })
        yield* Fiber.interrupt(dialling)
        assert.strictEqual(yield* sockets, before)
      }).pipe(Effect.provide(socket))
    )
  })
}
