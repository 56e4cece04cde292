import { getCACertificates, setDefaultCACertificates } from "node:tls"
import { assert, it } from "@effect/vitest"
import { Deferred, Effect, Layer, Queue } from "effect"
import { type Settings } from "../../src/services/Settings.ts"
import { type Dial, open, type Receiver, Socket } from "../../src/services/Socket.ts"
import { endpointOf, settings } from "../support/settings.ts"
import { rawServer, recorder, shake, wsServer, wssServer } from "./socket.servers.ts"
import { localhostTls } from "./socket.tls.ts"

const silent: Receiver = { onFrame: () => {}, onControl: () => {}, onClosed: () => {} }

const timeouts = { connectTimeout: 5000, drainTimeout: 2000 }

/** Lets the process trust the certificate of the tests, for the length of a scope. */
export const trustLocalhost = Effect.acquireRelease(
  Effect.sync(() => {
    const before = getCACertificates("default")
    setDefaultCACertificates([localhostTls.cert])
    return before
  }),
  (before) => Effect.sync(() => setDefaultCACertificates(before))
)

/** What every layer of real WebSockets makes of names and addresses. */
export const addressContract = (layer: Layer.Layer<Socket, never, Settings>): void => {
  const socket = Layer.provide(layer, settings())

  const request = (url: string, addresses?: ReadonlyArray<string>): Dial => ({
    endpoint: endpointOf(url),
    allowsAddress: () => true,
    ...(addresses && { addresses })
  })

  const resolve = (url: string) => Socket.use(({ resolve }) => resolve!(endpointOf(url)))

  it.live("looks names up, and gives an address as it is", () =>
    Effect.gen(function* () {
      assert.include(yield* resolve("ws://localhost/"), "127.0.0.1")
      assert.deepStrictEqual(yield* resolve("ws://192.0.2.1/"), ["192.0.2.1"])
      assert.deepStrictEqual(yield* resolve("ws://[2001:db8::1]/"), ["2001:db8::1"])
      assert.strictEqual((yield* Effect.flip(resolve("ws://hunter2.invalid/"))).reason, "name")
    }).pipe(Effect.provide(socket))
  )

  for (const addresses of [["127.0.0.1"], ["127.0.0.1", "127.0.0.1"], ["::1", "127.0.0.1"], undefined]) {
    const ways = addresses === undefined ? "an address that it finds" : `what it is given: ${addresses.join(", ")}`

    it.live(`dials ${ways}`, () =>
      Effect.gen(function* () {
        const server = yield* wsServer
        const ear = yield* recorder
        const connection = yield* open(request(`ws://localhost:${server.port}/`, addresses), ear, timeouts)
        const peer = yield* Queue.take(server.accepted)
        peer.ws.send("down")
        assert.strictEqual(yield* Queue.take(ear.frames), "down")
        assert.strictEqual(connection.peerAddress(), "127.0.0.1")
        assert.strictEqual(peer.request.headers.host, `localhost:${server.port}`)
        peer.ws.close(4321)
        assert.deepStrictEqual(yield* connection.closed, { code: 4321 })
      }).pipe(Effect.provide(socket))
    )

    it.live(`dials ${ways}, over TLS`, () =>
      Effect.gen(function* () {
        yield* trustLocalhost
        const server = yield* wssServer
        const connection = yield* open(request(`wss://localhost:${server.port}/`, addresses), silent, timeouts)
        const peer = yield* Queue.take(server.accepted)
        yield* connection.send("up")
        assert.strictEqual(yield* Queue.take(peer.received), "up")
      }).pipe(Effect.provide(socket))
    )

    it.live(`takes no certificate for another name from ${ways}`, () =>
      Effect.gen(function* () {
        yield* trustLocalhost
        const server = yield* wssServer
        const other = request(`wss://ip6-localhost:${server.port}/`, addresses ?? ["127.0.0.1"])
        const error = yield* Effect.flip(open(other, silent, timeouts))
        assert.deepInclude(error, { reason: "protocol", detail: "ERR_TLS_CERT_ALTNAME_INVALID" })
      }).pipe(Effect.provide(socket))
    )
  }

  it.live("looks nothing up that it has an address for", () =>
    Effect.gen(function* () {
      const server = yield* rawServer(shake)
      const nameless = request(`ws://hunter2.invalid:${server.port}/`, ["127.0.0.1"])
      yield* open(nameless, silent, { ...timeouts, drainTimeout: 1 })
      const head = yield* Deferred.await((yield* Queue.take(server.accepted)).head)
      assert.include(head.toLowerCase(), `host: hunter2.invalid:${server.port}\r\n`)
    }).pipe(Effect.provide(socket))
  )

  it.live("dials none of the addresses that it is given that may not be dialled, and no name among them", () =>
    Effect.gen(function* () {
      const server = yield* rawServer(shake)
      const given = (...addresses: ReadonlyArray<string>) => ({
        ...request(`ws://hunter2.invalid:${server.port}/`, addresses),
        allowsAddress: (address: string) => address === "127.0.0.1"
      })
      for (const bad of [given("127.0.0.2"), given("localhost"), given("localhost", "::1", "127.0.0.2"), given()]) {
        assert.strictEqual((yield* Effect.flip(open(bad, silent, timeouts))).reason, "forbidden")
      }
      const good = given("::1", "localhost", "127.0.0.1")
      const connection = yield* open(good, silent, { ...timeouts, drainTimeout: 1 })
      assert.strictEqual(connection.peerAddress(), "127.0.0.1")
      yield* Queue.take(server.accepted)
      assert.strictEqual(yield* Queue.size(server.accepted), 0)
    }).pipe(Effect.provide(socket))
  )

  it.live("is unreachable when no address takes the connection", () =>
    Effect.gen(function* () {
      const port = yield* Effect.scoped(Effect.map(rawServer(), ({ port }) => port))
      const nobody = request(`ws://hunter2.invalid:${port}/`, ["127.0.0.1", "127.0.0.1", "127.0.0.1"])
      const error = yield* Effect.flip(open(nobody, silent, timeouts))
      assert.deepInclude(error, { reason: "unreachable", detail: "ECONNREFUSED" })
    }).pipe(Effect.provide(socket))
  )

  for (const [what, addresses] of [
    ["addresses are raced", ["127.0.0.1", "127.0.0.1"]],
    ["its name is looked up", undefined]
  ] as const) {
    it.live(`has one outcome, and an end, when its own side terminates it while ${what}`, () =>
      Effect.gen(function* () {
        const server = yield* rawServer(shake)
        const ear = yield* recorder
        const { connect } = yield* Socket
        const connection = yield* connect(request(`ws://localhost:${server.port}/`, addresses), ear)
        connection.resume()
        connection.terminate()
        connection.terminate()
        assert.deepInclude(yield* Effect.flip(connection.opened), {
          reason: "unreachable",
          detail: "given up during the handshake"
        })
        assert.deepStrictEqual(yield* connection.closed, { code: 1006 })
        assert.deepStrictEqual(ear.closings, [])
        // The server accepts in order: had there been a connection before this one, it would be here first.
        yield* open(request(`ws://127.0.0.1:${server.port}/`), silent, { ...timeouts, drainTimeout: 1 })
        assert.strictEqual(yield* Queue.size(server.accepted), 1)
      }).pipe(Effect.provide(socket))
    )
  }
}
