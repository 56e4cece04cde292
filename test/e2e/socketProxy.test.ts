import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer, Queue } from "effect"
import * as SocketNet from "../../src/layers/SocketNet.ts"
import * as SocketWs from "../../src/layers/SocketWs.ts"
import { Settings } from "../../src/services/Settings.ts"
import type { ProxyInput } from "../../src/services/settings/proxy.ts"
import { type Dial, open, type Receiver, Socket } from "../../src/services/Socket.ts"
import { endpointOf, settingsOf } from "../support/settings.ts"
import { connectProxy, letThrough, type ProxyAnswer } from "./connectProxy.ts"
import { trustLocalhost } from "./socket.addresses.ts"
import { contract } from "./socket.contract.ts"
import { rawServer, recorder, shake, type WsPeer, wsServer, wssServer } from "./socket.servers.ts"

const silent: Receiver = { onFrame: () => {}, onControl: () => {}, onClosed: () => {} }
const timeouts = { connectTimeout: 5000, drainTimeout: 2000 }

const dial = (url: string): Dial => ({ endpoint: endpointOf(url), allowsAddress: () => true })

/** The same layer behind a proxy of its own, for all that it dials. */
const behindProxy = (layer: typeof SocketNet.layer) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const settings = yield* Settings
      const { port } = yield* connectProxy()
      const { proxy } = settingsOf({ proxy: `http://127.0.0.1:${port}` })
      return Layer.provide(Layer.orDie(layer), Layer.succeed(Settings, { ...settings, proxy }))
    })
  )

for (const [name, layer] of [
  ["SocketNet", SocketNet.layer],
  ["SocketWs", SocketWs.layer]
] as const) {
  const through = (proxy: string | ProxyInput) =>
    Layer.orDie(Layer.provide(layer, Settings.layer({ url: "ws://127.0.0.1:1", proxy, drainTimeout: "1 second" })))

  /** Opens a connection of a URL through a proxy, and sees that both ends hear each other, and of the end. */
  const carries = (url: string, accepted: Queue.Queue<WsPeer>) =>
    Effect.gen(function* () {
      const ear = yield* recorder
      const connection = yield* open(dial(url), ear, timeouts)
      const peer = yield* Queue.take(accepted)
      const long = "grüße ☸ ".repeat(20_000)
      peer.ws.send("down")
      peer.ws.send(long)
      assert.strictEqual(yield* Queue.take(ear.frames), "down")
      assert.strictEqual(yield* Queue.take(ear.frames), long)
      yield* connection.send(long)
      assert.strictEqual(yield* Queue.take(peer.received), long)
      assert.isUndefined(connection.peerAddress())
      peer.ws.close(4321)
      assert.deepStrictEqual(yield* connection.closed, { code: 4321 })
    })

  describe(`${name} through a proxy`, () => {
    contract(behindProxy(layer), true)

    for (const secure of [false, true]) {
      it.live(
        `carries frames of ws and of wss, ${secure ? "over TLS" : "by CONNECT"}, whose names the proxy looks up`,
        () =>
          Effect.gen(function* () {
            yield* trustLocalhost
            const proxy = yield* connectProxy(letThrough(), { secure })
            const proxyUrl = `${secure ? "https" : "http"}://localhost:${proxy.port}`
            const [plain, tls] = [yield* wsServer, yield* wssServer]
            const layer = through(proxyUrl)
            yield* Effect.scoped(carries(`ws://nowhere.invalid:${plain.port}/x`, plain.accepted)).pipe(
              Effect.provide(layer)
            )
            assert.match(
              yield* Queue.take(proxy.heads),
              new RegExp(`^CONNECT nowhere.invalid:${plain.port} HTTP/1.1\r\n`)
            )
            yield* Effect.scoped(carries(`wss://localhost:${tls.port}/x`, tls.accepted)).pipe(Effect.provide(layer))
            assert.match(yield* Queue.take(proxy.heads), new RegExp(`^CONNECT localhost:${tls.port} HTTP/1.1\r\n`))
          })
      )
    }

    it.live("gives the proxy its password, and the host none of it", () =>
      Effect.gen(function* () {
        const proxy = yield* connectProxy()
        const server = yield* rawServer(shake)
        yield* open(dial(`ws://127.0.0.1:${server.port}/secret`), silent, { ...timeouts, drainTimeout: 1 }).pipe(
          Effect.provide(through(`http://me:pass%40word@127.0.0.1:${proxy.port}`))
        )
        const asked = yield* Queue.take(proxy.heads)
        assert.include(asked, `Proxy-Authorization: Basic ${Buffer.from("me:pass@word").toString("base64")}\r\n`)
        assert.notInclude(asked, "secret")
        assert.notMatch(yield* Deferred.await((yield* Queue.take(server.accepted)).head), /proxy-/i)
      })
    )

    it.live("loses no byte that comes behind the proxy's answer, after interim ones and with fields of a body", () =>
      Effect.gen(function* () {
        // It knows what the host would say, and says it at once.
        const answer =
          "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 299 Fine\r\nContent-Length: 7\r\n\r\nHTTP/1.1 403 No\r\n\r\n"
        const proxy = yield* connectProxy((client) => client.write(answer))
        const error = yield* Effect.flip(open(dial("ws://127.0.0.1:9/"), silent, timeouts)).pipe(
          Effect.provide(through(`127.0.0.1:${proxy.port}`))
        )
        assert.deepInclude(error, { reason: "refused", detail: "HTTP status 403" })
      })
    )

    it.live("checks the certificate of the host, by its name", () =>
      Effect.gen(function* () {
        yield* trustLocalhost
        const proxy = yield* connectProxy()
        const server = yield* wssServer
        const error = yield* Effect.flip(open(dial(`wss://other.invalid:${server.port}/`), silent, timeouts)).pipe(
          Effect.provide(through(`http://127.0.0.1:${proxy.port}`))
        )
        assert.deepInclude(error, { reason: "protocol", detail: "ERR_TLS_CERT_ALTNAME_INVALID" })
      })
    )

    const answers: ReadonlyArray<readonly [what: string, answer: ProxyAnswer, detail: string]> = [
      ["403", (client) => client.write("HTTP/1.1 403 Forbidden\r\n\r\n"), "HTTP status 403"],
      ["407", (client) => client.write("HTTP/1.1 407 Who?\r\n\r\n"), "HTTP status 407"],
      ["502", (client) => client.end("HTTP/1.1 502 Bad Gateway\r\n\r\n"), "HTTP status 502"],
      ["garbage", (client) => client.write("SSH-2.0-OpenSSH\r\n"), "the answer is no HTTP/1"],
      ["bare LF", (client) => client.write("HTTP/1.1 200 OK\n\n"), "a line of the answer ends with LF and no CR"],
      [
        "no end",
        (client) => client.write("HTTP/1.1 200 OK\r\nX: ".padEnd(20_000, "x")),
        "the answer's head is larger than 16 KiB"
      ],
      ["its end", (client) => client.end(), "ECONNRESET"],
      ["half an answer", (client) => client.end("HTTP/1.1 200"), "ECONNRESET"]
    ]
    for (const [what, answer, detail] of answers) {
      it.live(`tells that it was the proxy, where that answers with ${what}`, () =>
        Effect.gen(function* () {
          const ended = yield* Deferred.make<void>()
          const proxy = yield* connectProxy((client, head) => {
            client.on("close", () => Deferred.doneUnsafe(ended, Effect.void))
            answer(client, head)
          })
          const dialled = open(dial("wss://chat.example/hunter2"), silent, timeouts)
          const error = yield* Effect.provide(
            Effect.flip(dialled),
            through(`http://me:hunter2@127.0.0.1:${proxy.port}`)
          )
          assert.deepInclude(error, { reason: "proxy", detail })
          assert.notInclude(`${JSON.stringify(error)} ${error.message}`, "hunter2")
          yield* Deferred.await(ended)
        })
      )
    }

    it.live("tells so of one that cannot be reached, whose name has no address, or that does not answer in time", () =>
      Effect.gen(function* () {
        const dialled = Effect.flip(open(dial("wss://chat.example/"), silent, { ...timeouts, connectTimeout: 200 }))
        assert.deepInclude(yield* Effect.provide(dialled, through("http://127.0.0.1:1")), {
          reason: "proxy",
          detail: "ECONNREFUSED"
        })
        const unknown = Effect.flip(Socket.use(({ resolve }) => resolve!(endpointOf("wss://127.0.0.1/"))))
        assert.deepInclude(yield* Effect.provide(unknown, through("http://proxy.invalid:1")), { reason: "proxy" })
        const hanging = yield* connectProxy(() => {})
        assert.deepInclude(yield* Effect.provide(dialled, through(`http://127.0.0.1:${hanging.port}`)), {
          reason: "timeout",
          detail: "no answer of the proxy in 200 ms"
        })
        const plain = yield* connectProxy(() => {})
        assert.include(yield* Effect.provide(dialled, through(`https://127.0.0.1:${plain.port}`)), {
          _tag: "DialError"
        })
      })
    )

    it.live("leaves no socket behind where it is given up while the proxy thinks", () =>
      Effect.gen(function* () {
        const gone = yield* Deferred.make<void>()
        const proxy = yield* connectProxy((client) => {
          client.on("close", () => Deferred.doneUnsafe(gone, Effect.void))
        })
        const dialled = open(dial("wss://chat.example/"), silent, timeouts)
        const fiber = yield* Effect.forkChild(
          Effect.provide(Effect.scoped(dialled), through(`http://127.0.0.1:${proxy.port}`))
        )
        yield* Queue.take(proxy.heads)
        yield* Fiber.interrupt(fiber)
        yield* Deferred.await(gone)
      })
    )

    it.live("does not ask the proxy for an address that may not be dialled", () =>
      Effect.gen(function* () {
        const proxy = yield* connectProxy()
        const request = { ...dial("ws://10.0.0.1/"), allowsAddress: () => false }
        const error = yield* Effect.flip(open(request, silent, timeouts)).pipe(
          Effect.provide(through(`http://127.0.0.1:${proxy.port}`))
        )
        assert.strictEqual(error.reason, "forbidden")
        assert.strictEqual(yield* Queue.size(proxy.heads), 0)
      })
    )
  })
}
