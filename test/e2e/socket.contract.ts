import { assert, describe, it } from "@effect/vitest"
import { Cause, Deferred, Effect, Exit, Fiber, Layer, Queue, Redacted, Result, Scope } from "effect"
import { DialError } from "../../src/services/DialError.ts"
import { Settings, type SettingsInput } from "../../src/services/Settings.ts"
import { type OpenTimeouts, type Connection, open, type Receiver, Socket } from "../../src/services/Socket.ts"
import { Endpoint } from "../../src/wire/Endpoint.ts"
import { trustLocalhost } from "./socket.addresses.ts"
import { rawServer, recorder, shake, type WsPeer, wsServer, wssServer } from "./socket.servers.ts"

const maxFrame = 4096

const timeouts: OpenTimeouts = { connectTimeout: 5000, drainTimeout: 2000 }

const endpoint = (port: number, host = "127.0.0.1") =>
  Result.getOrThrow(Endpoint.parse(`ws://${host}:${port}/a/path?token=hunter2`))

const dial = (port: number, host?: string) => ({ endpoint: endpoint(port, host), allowsAddress: () => true })

const silent: Receiver = { onFrame: () => {}, onControl: () => {}, onClosed: () => {} }

const secretless = (error: DialError) => {
  for (const secret of ["hunter2", "/a/path"])
    assert.notInclude(`${JSON.stringify(error)} ${error.message} ${error.detail}`, secret)
}

/** Opens to a server that behaves, with both ends in hand. */
const pair = Effect.gen(function* () {
  const server = yield* wsServer
  const ear = yield* recorder
  const connection = yield* open(dial(server.port), ear, timeouts)
  const peer = yield* Queue.take(server.accepted)
  return { connection, ear, peer }
})

/**
 * What every layer of real WebSockets keeps to, beside the rules of test/conformance and `addressContract`. `throughProxy`:
 * true if it dials through one, which looks addresses up, so that none of the peer's is known.
 */
export const contract = (layer: Layer.Layer<Socket, never, Settings>, throughProxy = false): void => {
  const socketLayer = (settings: Pick<SettingsInput, "connectTimeout" | "drainTimeout" | "maxFrame" | "maxUnsent">) =>
    Layer.provide(layer, Layer.orDie(Settings.layer({ url: "ws://127.0.0.1:1", maxFrame, ...settings })))

  const socket = socketLayer({ connectTimeout: 10_000, drainTimeout: 5000 })

  it.live("carries frames both ways, in order", () =>
    Effect.gen(function* () {
      const { connection, ear, peer } = yield* pair
      assert.isTrue(connection.isOpen())
      assert.strictEqual(connection.peerAddress(), throughProxy ? undefined : "127.0.0.1")
      for (let n = 0; n < 100; n++) peer.ws.send(`down ${n}`)
      for (let n = 0; n < 100; n++) assert.strictEqual(yield* Queue.take(ear.frames), `down ${n}`)
      for (let n = 0; n < 50; n++) connection.post(`up ${n}`)
      for (let n = 50; n < 100; n++) yield* connection.send(`up ${n}`)
      for (let n = 0; n < 100; n++) assert.strictEqual(yield* Queue.take(peer.received), `up ${n}`)
    }).pipe(Effect.provide(socket))
  )

  it.live("sends headers with the handshake, and offers no compression", () =>
    Effect.gen(function* () {
      const server = yield* rawServer(shake)
      const headers = { Authorization: Redacted.make("Bearer abc"), "X-Fleet": Redacted.make("one") }
      yield* open({ ...dial(server.port), headers }, silent, { ...timeouts, drainTimeout: 1 })
      const head = (yield* Deferred.await((yield* Queue.take(server.accepted)).head)).toLowerCase()
      assert.include(head, "get /a/path?token=hunter2 http/1.1\r\n")
      assert.include(head, "authorization: bearer abc\r\n")
      assert.include(head, "x-fleet: one\r\n")
      assert.match(head, /\r\nuser-agent: botswain\/\d+\.\d+\.\d+\r\n/)
      assert.notInclude(head, "sec-websocket-extensions")
    }).pipe(Effect.provide(socket))
  )

  it.live("sends the name and password of a URL as Basic authorization, and names the host", () =>
    Effect.gen(function* () {
      const server = yield* rawServer(shake)
      const named = Result.getOrThrow(Endpoint.parse(`ws://bot:hunter%202@127.0.0.1:${server.port}/`))
      yield* open({ endpoint: named, allowsAddress: () => true }, silent, { ...timeouts, drainTimeout: 1 })
      const head = yield* Deferred.await((yield* Queue.take(server.accepted)).head)
      assert.include(head, `Authorization: Basic ${Buffer.from("bot:hunter 2").toString("base64")}\r\n`)
      assert.include(head, `Host: 127.0.0.1:${server.port}\r\n`)
    }).pipe(Effect.provide(socket))
  )

  it.live("reads frames that come together with the answer to the handshake, and after interim answers", () =>
    Effect.gen(function* () {
      const server = yield* rawServer((peer, head) => {
        peer.socket.cork()
        peer.socket.write("HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n")
        shake(peer, head)
        peer.socket.write(Buffer.from([0x81, 3, 0x6f, 0x6e, 0x65, 0x81, 3, 0x74, 0x77]))
        peer.socket.uncork()
        setTimeout(() => peer.socket.write("o"), 10)
      })
      const ear = yield* recorder
      const connection = yield* open(dial(server.port), ear, { ...timeouts, drainTimeout: 1 })
      assert.isTrue(connection.isOpen())
      assert.strictEqual(yield* Queue.take(ear.frames), "one")
      assert.strictEqual(yield* Queue.take(ear.frames), "two")
    }).pipe(Effect.provide(socket))
  )

  it.live("carries a frame that is larger than any read", () =>
    Effect.gen(function* () {
      const server = yield* wsServer
      const ear = yield* recorder
      const connection = yield* open(dial(server.port), ear, timeouts)
      const peer = yield* Queue.take(server.accepted)
      const text = "grüße ☸ ".repeat(100_000)
      peer.ws.send(text)
      assert.strictEqual(yield* Queue.take(ear.frames), text)
      yield* connection.send(text)
      assert.strictEqual(yield* Queue.take(peer.received), text)
    }).pipe(Effect.provide(socketLayer({ connectTimeout: 10_000, drainTimeout: 5000, maxFrame: 1 << 22 })))
  )

  it.live("hears pings and pongs of the WebSocket protocol, and answers pings", () =>
    Effect.gen(function* () {
      const { connection, ear, peer } = yield* pair
      const answered = yield* Deferred.make<void>()
      peer.ws.on("pong", () => void Deferred.doneUnsafe(answered, Effect.void))
      connection.ping()
      yield* Queue.take(ear.controls)
      peer.ws.ping()
      yield* Queue.take(ear.controls)
      yield* Deferred.await(answered)
    }).pipe(Effect.provide(socket))
  )

  /** The peer pings so many times, each time when it has the answer to the last, which tells the number. */
  const pingsInTurn = (peer: WsPeer, times: number) =>
    Effect.gen(function* () {
      const pongs = yield* Queue.unbounded<string>()
      peer.ws.on("pong", (payload: Buffer) => void Queue.offerUnsafe(pongs, payload.toString()))
      for (let n = 0; n < times; n++) {
        peer.ws.ping(`${n}`)
        assert.strictEqual(yield* Queue.take(pongs), `${n}`)
      }
    })

  it.live("answers any number of pings", () =>
    Effect.gen(function* () {
      const { connection, peer } = yield* pair
      yield* pingsInTurn(peer, 200)
      assert.isTrue(connection.isOpen())
    }).pipe(Effect.provide(socket))
  )

  it.live("answers the newest ping of a peer that pings on and on and reads nothing meanwhile", () =>
    Effect.gen(function* () {
      const server = yield* rawServer((peer, head) => {
        peer.socket.pause()
        shake(peer, head)
      })
      const connection = yield* open(dial(server.port), silent, { ...timeouts, drainTimeout: 1 })
      const peer = yield* Queue.take(server.accepted)
      const ping = (letter: string) => Buffer.concat([Buffer.from([0x89, 125]), Buffer.alloc(125, letter)])
      const pings = Buffer.concat(Array.from({ length: 8000 }, () => ping("x")))
      // Twenty times what the kernel keeps of answers that nobody reads.
      const written = (bytes: Buffer) =>
        Effect.callback<void>((resume) => void peer.socket.write(bytes, () => resume(Effect.void)))
      for (let n = 0; n < 60; n++) yield* written(pings)
      yield* written(ping("y"))
      const answers = yield* Deferred.make<number>()
      let [bytes, rest] = [0, Buffer.alloc(0)]
      peer.socket.on("data", (chunk: Buffer) => {
        bytes += chunk.length
        rest = Buffer.concat([rest, chunk])
        for (; rest.length >= 131; rest = rest.subarray(131)) {
          if ((rest[6]! ^ rest[2]!) === 0x79) Deferred.doneUnsafe(answers, Effect.succeed(bytes))
        }
      })
      peer.socket.resume()
      assert.isBelow(yield* Deferred.await(answers), 40_000_000)
      assert.isTrue(connection.isOpen())
    }).pipe(Effect.provide(socket))
  )

  describe("a handshake that fails", () => {
    const refusal = (answer: string) =>
      Effect.gen(function* () {
        const server = yield* rawServer((peer) => peer.socket.write(answer))
        const ear = yield* recorder
        const error = yield* Effect.flip(open(dial(server.port), ear, timeouts))
        const peer = yield* Queue.take(server.accepted)
        yield* Deferred.await(peer.ended)
        assert.strictEqual(yield* Queue.size(server.accepted), 0)
        assert.deepStrictEqual(ear.closings, [])
        secretless(error)
        return error
      })

    it.live("tells the HTTP status that refused it", () =>
      Effect.gen(function* () {
        const error = yield* refusal("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy")
        assert.deepInclude(error, { reason: "refused", detail: "HTTP status 503" })
      }).pipe(Effect.provide(socket))
    )

    const seen = "Wed, 25 Nov 2026 08:00:00 GMT"
    for (const [field, retryAfter] of [
      ["Retry-After: 120", 120_000],
      ["Retry-After: Wed, 25 Nov 2026 08:00:30 GMT", 30_000],
      ["Retry-After: 86400", 3_600_000],
      ["Retry-After: soon", undefined],
      ["Server: x", undefined]
    ] as const) {
      it.live(`tells how long a busy server asks for: ${field}`, () =>
        Effect.gen(function* () {
          for (const status of ["429 Too Many Requests", "503 Service Unavailable"]) {
            const error = yield* refusal(`HTTP/1.1 ${status}\r\nDate: ${seen}\r\n${field}\r\nContent-Length: 0\r\n\r\n`)
            assert.strictEqual(error.retryAfter, retryAfter)
          }
          const other = yield* refusal(
            `HTTP/1.1 403 Forbidden\r\nDate: ${seen}\r\n${field}\r\nContent-Length: 0\r\n\r\n`
          )
          assert.isUndefined(other.retryAfter)
        }).pipe(Effect.provide(socket))
      )
    }

    it.live("is over at once where the lines of the answer end with LF alone, though the server holds it open", () =>
      Effect.gen(function* () {
        const error = yield* refusal("HTTP/1.1 503 Busy\nContent-Length: 0\n\n")
        assert.strictEqual(error.reason, "protocol")
      }).pipe(Effect.provide(socket))
    )

    if (!throughProxy) {
      it.live("fails for its name where that has no address", () =>
        Effect.gen(function* () {
          const error = yield* Effect.flip(open(dial(1, "hunter2.invalid"), silent, timeouts))
          assert.strictEqual(error.reason, "name")
          assert.match(error.detail, /^(ENOTFOUND|EAI_AGAIN)$/)
          secretless(error)
        }).pipe(Effect.provide(socket))
      )
    }

    it.live("is unreachable when the peer hangs up within its answer", () =>
      Effect.gen(function* () {
        const server = yield* rawServer((peer) => peer.socket.end("HTTP/1.1 101 Switching Pro"))
        const error = yield* Effect.flip(open(dial(server.port), silent, timeouts))
        assert.deepInclude(error, { reason: "unreachable", detail: "ECONNRESET" })
      }).pipe(Effect.provide(socket))
    )

    if (!throughProxy) {
      it.live("is unreachable when nobody listens", () =>
        Effect.gen(function* () {
          const port = yield* Effect.scoped(Effect.map(rawServer(), ({ port }) => port))
          const error = yield* Effect.flip(open(dial(port), silent, timeouts))
          assert.deepInclude(error, { reason: "unreachable", detail: "ECONNREFUSED" })
        }).pipe(Effect.provide(socket))
      )
    }

    it.live("is unreachable when the peer hangs up instead of answering", () =>
      Effect.gen(function* () {
        const server = yield* rawServer((peer) => peer.socket.destroy())
        const error = yield* Effect.flip(open(dial(server.port), silent, timeouts))
        assert.deepInclude(error, { reason: "unreachable", detail: "ECONNRESET" })
      }).pipe(Effect.provide(socket))
    )

    it.live("is ended by the connect timeout when no answer comes, and leaves no socket", () =>
      Effect.gen(function* () {
        const server = yield* rawServer()
        const dialling = yield* Effect.forkChild(
          Effect.flip(open(dial(server.port), silent, { ...timeouts, connectTimeout: 50 }))
        )
        const peer = yield* Queue.take(server.accepted)
        assert.deepInclude(yield* Fiber.join(dialling), { reason: "timeout", detail: "no answer in 50 ms" })
        yield* Deferred.await(peer.ended)
      }).pipe(Effect.provide(socket))
    )

    if (!throughProxy) {
      it.live("is forbidden where the name has no address that may be dialled, and connects to nothing", () =>
        Effect.gen(function* () {
          const server = yield* rawServer(shake)
          const asked: Array<string> = []
          const allowsAddress = (address: string) => (asked.push(address), false)
          const named = yield* Effect.flip(open({ ...dial(server.port, "localhost"), allowsAddress }, silent, timeouts))
          assert.strictEqual(named.reason, "forbidden")
          assert.include(asked, "127.0.0.1")
          const literal = yield* Effect.flip(open({ ...dial(server.port), allowsAddress }, silent, timeouts))
          assert.strictEqual(literal.reason, "forbidden")
          // The server accepts in order: had there been a connection before this one, it would be here first.
          yield* open(dial(server.port), silent, { ...timeouts, drainTimeout: 1 })
          yield* Queue.take(server.accepted)
          assert.strictEqual(yield* Queue.size(server.accepted), 0)
        }).pipe(Effect.provide(socket))
      )
    }

    if (!throughProxy) {
      it.live("goes to the addresses of a name that may be dialled, and to no other", () =>
        Effect.gen(function* () {
          const server = yield* rawServer(shake)
          const allowsAddress = (address: string) => address === "127.0.0.1"
          const request = { ...dial(server.port, "localhost"), allowsAddress }
          const connection = yield* open(request, silent, { ...timeouts, drainTimeout: 1 })
          assert.strictEqual(connection.peerAddress(), "127.0.0.1")
        }).pipe(Effect.provide(socket))
      )
    }

    it.live("is a failure, not a defect, when a header cannot be sent", () =>
      Effect.gen(function* () {
        const headers = { "X-Fleet": Redacted.make("hunter2\r\nEvil: yes") }
        const error = yield* Effect.flip(open({ ...dial(1), headers }, silent, timeouts))
        assert.deepInclude(error, { reason: "protocol", detail: "ERR_INVALID_CHAR" })
        secretless(error)
      }).pipe(Effect.provide(socket))
    )

    it.live("leaves nothing when it is interrupted", () =>
      Effect.gen(function* () {
        const server = yield* rawServer()
        const dialling = yield* Effect.forkChild(open(dial(server.port), silent, timeouts))
        const peer = yield* Queue.take(server.accepted)
        yield* Deferred.await(peer.head)
        yield* Effect.timeout(Fiber.interrupt(dialling), timeouts.connectTimeout / 2)
        yield* Deferred.await(peer.ended)
      }).pipe(Effect.provide(socket))
    )

    it.live("leaves nothing when it is interrupted before the connection is accepted", () =>
      Effect.gen(function* () {
        const server = yield* rawServer(shake)
        yield* Fiber.interrupt(
          yield* Effect.forkChild(open(dial(server.port, "localhost"), silent, timeouts), { startImmediately: true })
        )
        yield* open(dial(server.port), silent, { ...timeouts, drainTimeout: 1 })
        yield* Queue.take(server.accepted)
        assert.strictEqual(yield* Queue.size(server.accepted), 0)
      }).pipe(Effect.provide(socket))
    )

    it.live("has one outcome, and an end, when its own side terminates it (protocol row 13)", () =>
      Effect.gen(function* () {
        const server = yield* rawServer()
        const ear = yield* recorder
        const connection = yield* Socket.use((_) => _.connect(dial(server.port), ear))
        const opened = yield* Effect.forkChild(Effect.flip(connection.opened), { startImmediately: true })
        connection.terminate()
        connection.terminate()
        connection.close(1000)
        assert.strictEqual((yield* Fiber.join(opened)).reason, "unreachable")
        assert.deepStrictEqual(yield* connection.closed, { code: 1006 })
        assert.strictEqual((yield* Effect.flip(connection.opened)).reason, "unreachable")
        assert.isFalse(connection.isOpen())
        assert.deepStrictEqual(ear.closings, [])
        connection.pause()
        connection.resume()
        connection.ping()
        connection.post("nobody")
        assert.strictEqual((yield* Effect.flip(connection.send("nobody")))._tag, "NotOpen")
      }).pipe(Effect.provide(socket))
    )
  })

  describe("an end", () => {
    it.live("has the code that the peer closed with", () =>
      Effect.gen(function* () {
        const { connection, ear, peer } = yield* pair
        peer.ws.send("last")
        peer.ws.close(4321, "tired")
        assert.deepStrictEqual(yield* connection.closed, { code: 4321 })
        assert.isFalse(connection.isOpen())
        assert.strictEqual(yield* Queue.take(ear.frames), "last")
        assert.deepStrictEqual(ear.closings, [{ code: 4321 }])
      }).pipe(Effect.provide(socket))
    )

    it.live("has the code that we closed with, and is not open from that instant", () =>
      Effect.gen(function* () {
        const { connection, ear, peer } = yield* pair
        connection.close(1000)
        assert.isFalse(connection.isOpen())
        assert.strictEqual(yield* Deferred.await(peer.closed), 1000)
        assert.deepStrictEqual(yield* connection.closed, { code: 1000 })
        assert.deepStrictEqual(ear.closings, [{ code: 1000 }])
      }).pipe(Effect.provide(socket))
    )

    it.live("is a close handshake when the scope closes", () =>
      Effect.gen(function* () {
        const server = yield* wsServer
        const scope = yield* Scope.make()
        const connection = yield* Scope.provide(open(dial(server.port), silent, timeouts), scope)
        const peer = yield* Queue.take(server.accepted)
        yield* Scope.close(scope, Exit.void)
        assert.strictEqual(yield* Deferred.await(peer.closed), 1000)
        assert.isFalse(connection.isOpen())
      }).pipe(Effect.provide(socket))
    )

    it.live("is 1005 when the peer closes without a code", () =>
      Effect.gen(function* () {
        const { connection, peer } = yield* pair
        peer.ws.close()
        assert.deepStrictEqual(yield* connection.closed, { code: 1005 })
      }).pipe(Effect.provide(socket))
    )

    it.live("is 1006 when the peer is gone without a close frame", () =>
      Effect.gen(function* () {
        const { connection, ear, peer } = yield* pair
        peer.ws.terminate()
        assert.deepStrictEqual(yield* connection.closed, { code: 1006 })
        assert.deepStrictEqual(ear.closings, [{ code: 1006 }])
      }).pipe(Effect.provide(socket))
    )

    it.live("is 1006, and at once, when we terminate", () =>
      Effect.gen(function* () {
        const { connection, ear, peer } = yield* pair
        connection.terminate()
        assert.isFalse(connection.isOpen())
        assert.deepStrictEqual(yield* connection.closed, { code: 1006 })
        assert.deepStrictEqual(ear.closings, [{ code: 1006 }])
        assert.strictEqual(yield* Deferred.await(peer.closed), 1006)
      }).pipe(Effect.provide(socket))
    )

    it.live("comes from the socket's own timeout where the peer has sent its close frame and does not hang up", () =>
      Effect.gen(function* () {
        const server = yield* rawServer(shake, { allowHalfOpen: true })
        for (const [frame, closed] of [
          [[0x88, 2, 0x03, 0xe8], { code: 1000 }],
          [[0x88, 2, 0x03, 0xed], { code: 1002, violation: "close-frame" }]
        ] as const) {
          const connection = yield* Socket.use((_) => _.connect(dial(server.port), silent))
          yield* connection.opened
          const peer = yield* Queue.take(server.accepted)
          peer.socket.write(Buffer.from(frame))
          assert.deepStrictEqual(yield* connection.closed, closed)
        }
      }).pipe(Effect.provide(socketLayer({ connectTimeout: 1000, drainTimeout: 10 })))
    )

    it.live("may be made by the receiver, in the middle of what has been read", () =>
      Effect.gen(function* () {
        const server = yield* rawServer(shake)
        const held: { connection?: Connection } = {}
        const heard: Array<string> = []
        const ender = (end: (connection: Connection) => void): Receiver => ({
          ...silent,
          onFrame: (frame) => {
            heard.push(frame)
            if (frame === "x") end(held.connection!)
          }
        })
        for (const [end, code] of [
          [(connection: Connection) => connection.close(1000), 4321],
          [(connection: Connection) => connection.terminate(), 1006]
        ] as const) {
          heard.length = 0
          const connection = yield* open(dial(server.port), ender(end), timeouts)
          held.connection = connection
          const peer = yield* Queue.take(server.accepted)
          peer.socket.on("data", () => peer.socket.end())
          peer.socket.write(Buffer.from([0x81, 1, 0x78, 0x81, 1, 0x79, 0x88, 2, 0x10, 0xe1]))
          const closed = yield* connection.closed
          assert.isFalse(connection.isOpen())
          // Frames that have been read may still arrive after a termination.
          assert.include(code === 1006 ? ["x", "xy"] : ["xy"], heard.join(""))
          assert.include(code === 1006 ? [1006, 4321] : [4321], closed.code)
        }
      }).pipe(Effect.provide(socket))
    )

    it.live("comes to a peer that does not read, once more waits to be sent to it than may, and is told as that", () =>
      Effect.gen(function* () {
        const server = yield* rawServer((peer, head) => {
          peer.socket.pause()
          shake(peer, head)
        })
        const ear = yield* recorder
        const connection = yield* open(dial(server.port), ear, timeouts)
        let posts = 0
        for (; connection.isOpen() && posts < 2000; posts++) connection.post("x".repeat(60_000))
        // What the kernel takes is no more than it waits for a peer that reads later.
        assert.isBelow(posts, 2000)
        assert.deepStrictEqual(yield* connection.closed, { code: 1006, violation: "unread" })
        assert.deepStrictEqual(ear.closings, [{ code: 1006, violation: "unread" }])
      }).pipe(Effect.provide(socketLayer({ connectTimeout: 1000, drainTimeout: 5000, maxUnsent: 65_536 })))
    )

    it.live("does not come to one that reads, however large a frame is that waits alone", () =>
      Effect.gen(function* () {
        const { connection, peer } = yield* pair
        const text = "x".repeat(1 << 20)
        for (let n = 0; n < 3; n++) {
          yield* connection.send(text)
          assert.strictEqual(yield* Queue.take(peer.received), text)
        }
        connection.post("still open")
        assert.strictEqual(yield* Queue.take(peer.received), "still open")
      }).pipe(Effect.provide(socketLayer({ connectTimeout: 1000, drainTimeout: 5000, maxUnsent: 65_536 })))
    )

    it.live("comes within the drain timeout from a peer that never answers the close", () =>
      Effect.gen(function* () {
        const server = yield* rawServer(shake)
        const scope = yield* Scope.make()
        const connection = yield* Scope.provide(
          open(dial(server.port), silent, { ...timeouts, drainTimeout: 50 }),
          scope
        )
        const peer = yield* Queue.take(server.accepted)
        yield* Scope.close(scope, Exit.void)
        assert.deepStrictEqual(yield* connection.closed, { code: 1006 })
        yield* Deferred.await(peer.ended)
      }).pipe(Effect.provide(socket))
    )

    it.live("comes from the socket's own timeout where the caller has none", () =>
      Effect.gen(function* () {
        const server = yield* rawServer(shake)
        const connection = yield* Socket.use((_) => _.connect(dial(server.port), silent))
        yield* connection.opened
        connection.close(1000)
        assert.deepStrictEqual(yield* connection.closed, { code: 1006 })
      }).pipe(Effect.provide(socketLayer({ connectTimeout: 1000, drainTimeout: 10 })))
    )
  })

  describe("over TLS", () => {
    const dialTls = (port: number) => ({
      endpoint: Result.getOrThrow(Endpoint.parse(`wss://localhost:${port}/`)),
      allowsAddress: () => true
    })

    it.live("carries frames, with certificates that the process trusts", () =>
      Effect.gen(function* () {
        yield* trustLocalhost
        const server = yield* wssServer
        for (const n of [1, 2]) {
          const ear = yield* recorder
          const connection = yield* open(dialTls(server.port), ear, timeouts)
          const peer = yield* Queue.take(server.accepted)
          peer.ws.send(`down ${n}`)
          assert.strictEqual(yield* Queue.take(ear.frames), `down ${n}`)
          yield* connection.send(`up ${n}`)
          assert.strictEqual(yield* Queue.take(peer.received), `up ${n}`)
        }
      }).pipe(Effect.provide(socket))
    )

    it.live("fails on a certificate that nobody vouches for", () =>
      Effect.gen(function* () {
        const server = yield* wssServer
        const error = yield* Effect.flip(open(dialTls(server.port), silent, timeouts))
        assert.deepInclude(error, { reason: "protocol", detail: "DEPTH_ZERO_SELF_SIGNED_CERT" })
      }).pipe(Effect.provide(socket))
    )

    it.live("carries a frame that is larger than any read", () =>
      Effect.gen(function* () {
        yield* trustLocalhost
        const server = yield* wssServer
        const ear = yield* recorder
        const connection = yield* open(dialTls(server.port), ear, timeouts)
        const peer = yield* Queue.take(server.accepted)
        const text = "grüße ☸ ".repeat(100_000)
        peer.ws.send(text)
        peer.ws.send("next")
        assert.strictEqual(yield* Queue.take(ear.frames), text)
        assert.strictEqual(yield* Queue.take(ear.frames), "next")
        yield* connection.send(text)
        assert.strictEqual(yield* Queue.take(peer.received), text)
        peer.ws.close(4321)
        assert.deepStrictEqual(yield* connection.closed, { code: 4321 })
      }).pipe(Effect.provide(socketLayer({ connectTimeout: 10_000, drainTimeout: 5000, maxFrame: 1 << 22 })))
    )

    it.live("stops reading on pause and goes on where it was on resume", () =>
      Effect.gen(function* () {
        yield* trustLocalhost
        const server = yield* wssServer
        const ear = yield* recorder
        const connection = yield* open(dialTls(server.port), ear, { ...timeouts, drainTimeout: 50 })
        const peer = yield* Queue.take(server.accepted)
        connection.pause()
        const frame = "x".repeat(4000)
        const sent = yield* Deferred.make<void>()
        for (let n = 0; n < 8000; n++) peer.ws.send(frame)
        peer.ws.send("last", () => void Deferred.doneUnsafe(sent, Effect.void))
        yield* pair
        assert.isFalse(yield* Deferred.isDone(sent))
        assert.isBelow(yield* Queue.size(ear.frames), 100)
        connection.resume()
        for (let n = 0; n < 8000; n++) yield* Queue.take(ear.frames)
        assert.strictEqual(yield* Queue.take(ear.frames), "last")
      }).pipe(Effect.provide(socket))
    )

    it.live("answers any number of pings", () =>
      Effect.gen(function* () {
        yield* trustLocalhost
        const server = yield* wssServer
        const connection = yield* open(dialTls(server.port), silent, timeouts)
        const peer = yield* Queue.take(server.accepted)
        yield* pingsInTurn(peer, 200)
        assert.isTrue(connection.isOpen())
      }).pipe(Effect.provide(socket))
    )

    it.live("answers the newest of any number of pings in one read (RFC 6455 section 5.5.3)", () =>
      Effect.gen(function* () {
        yield* trustLocalhost
        const server = yield* wssServer
        const connection = yield* open(dialTls(server.port), silent, timeouts)
        const { request, ws } = yield* Queue.take(server.accepted)
        const last = yield* Deferred.make<void>()
        ws.on("pong", (payload: Buffer) => {
          if (payload.toString() === "last") Deferred.doneUnsafe(last, Effect.void)
        })
        const ping = (payload: string) => Buffer.concat([Buffer.from([0x89, payload.length]), Buffer.from(payload)])
        request.socket.write(Buffer.concat([...Array.from({ length: 1000 }, (_, n) => ping(`${n}`)), ping("last")]))
        yield* Deferred.await(last)
        assert.isTrue(connection.isOpen())
      }).pipe(Effect.provide(socket))
    )

    it.live("has 1006 when the peer is gone, and when we terminate", () =>
      Effect.gen(function* () {
        yield* trustLocalhost
        const server = yield* wssServer
        for (const end of ["peer", "us"]) {
          const connection = yield* open(dialTls(server.port), silent, timeouts)
          const peer = yield* Queue.take(server.accepted)
          if (end === "peer") peer.ws.terminate()
          else connection.terminate()
          assert.deepStrictEqual(yield* connection.closed, { code: 1006 })
          assert.strictEqual(yield* Deferred.await(peer.closed), 1006)
        }
      }).pipe(Effect.provide(socket))
    )

    it.live("fails on a certificate for another host, such as the address of its own", () =>
      Effect.gen(function* () {
        yield* trustLocalhost
        const server = yield* wssServer
        const numbered = Result.getOrThrow(Endpoint.parse(`wss://127.0.0.1:${server.port}/`))
        const error = yield* Effect.flip(open({ ...dialTls(server.port), endpoint: numbered }, silent, timeouts))
        assert.deepInclude(error, { reason: "protocol", detail: "ERR_TLS_CERT_ALTNAME_INVALID" })
        assert.strictEqual(yield* Queue.size(server.accepted), 0)
      }).pipe(Effect.provide(socket))
    )

    it.live("is unreachable when the peer hangs up instead of speaking TLS", () =>
      Effect.gen(function* () {
        const server = yield* rawServer()
        const dialling = yield* Effect.forkChild(Effect.flip(open(dialTls(server.port), silent, timeouts)))
        const peer = yield* Queue.take(server.accepted)
        peer.socket.end()
        assert.deepInclude(yield* Fiber.join(dialling), { reason: "unreachable", detail: "ECONNRESET" })
      }).pipe(Effect.provide(socket))
    )

    it.live("fails on a server that speaks no TLS", () =>
      Effect.gen(function* () {
        const server = yield* wsServer
        const error = yield* Effect.flip(open(dialTls(server.port), silent, timeouts))
        assert.strictEqual(error.reason, "protocol")
      }).pipe(Effect.provide(socket))
    )
  })

  describe("back-pressure", () => {
    /** Far more than the kernel's buffers of both ends hold. */
    const big = "x".repeat(32 << 20)

    const stuck = Effect.gen(function* () {
      const server = yield* rawServer((peer, head) => {
        peer.socket.pause()
        shake(peer, head)
      })
      const connection = yield* open(dial(server.port), silent, { ...timeouts, drainTimeout: 50 })
      const peer = yield* Queue.take(server.accepted)
      const sending = yield* Effect.forkChild(Effect.exit(connection.send(big)), { startImmediately: true })
      return { connection, peer, sending }
    })

    const assertNotOpen = (sent: Exit.Exit<void, { readonly _tag: "NotOpen" }>) =>
      assert.isTrue(Exit.isFailure(sent) && Cause.findFail(sent.cause)._tag === "Success", String(sent))

    it.live("holds a sender back while the peer does not read, until it reads", () =>
      Effect.gen(function* () {
        const { connection, peer, sending } = yield* stuck
        // A round trip through the event loop and the kernel on another connection: time enough for a send that is free.
        yield* pair
        assert.isUndefined(sending.pollUnsafe())
        assert.isTrue(connection.isOpen())
        peer.socket.resume()
        assert.isTrue(Exit.isSuccess(yield* Fiber.join(sending)))
      }).pipe(Effect.provide(socket))
    )

    it.live("fails a sender when the connection is terminated", () =>
      Effect.gen(function* () {
        const { connection, sending } = yield* stuck
        connection.terminate()
        assertNotOpen(yield* Fiber.join(sending))
        assertNotOpen(yield* Effect.exit(connection.send("late")))
      }).pipe(Effect.provide(socket))
    )

    it.live("fails a sender when the peer is gone", () =>
      Effect.gen(function* () {
        const { peer, sending } = yield* stuck
        peer.socket.resetAndDestroy()
        assertNotOpen(yield* Fiber.join(sending))
      }).pipe(Effect.provide(socket))
    )

    it.live("lets an interrupted sender go", () =>
      Effect.gen(function* () {
        const { connection, sending } = yield* stuck
        yield* Fiber.interrupt(sending)
        assert.isTrue(connection.isOpen())
      }).pipe(Effect.provide(socket))
    )

    it.live("stops reading on pause and goes on where it was on resume", () =>
      Effect.gen(function* () {
        const server = yield* rawServer(shake)
        const ear = yield* recorder
        const connection = yield* open(dial(server.port), ear, { ...timeouts, drainTimeout: 50 })
        const peer = yield* Queue.take(server.accepted)
        connection.pause()
        // Frames of 4,000 bytes until the kernel takes no more: it would take all if they were read.
        const frame = Buffer.concat([Buffer.from([0x81, 126, 0x0f, 0xa0]), Buffer.alloc(4000, "x")])
        const frames = 8000
        const written = yield* Deferred.make<void>()
        let backed = true
        for (let n = 0; n < frames; n++) backed = peer.socket.write(frame)
        peer.socket.once("drain", () => void Deferred.doneUnsafe(written, Effect.void))
        assert.isFalse(backed)
        yield* pair
        assert.isFalse(yield* Deferred.isDone(written))
        assert.isBelow(yield* Queue.size(ear.frames), 100)
        connection.resume()
        yield* Deferred.await(written)
        for (let n = 0; n < frames; n++) yield* Queue.take(ear.frames)
      }).pipe(Effect.provide(socket))
    )

    it.live("does not keep a paused connection from its close handshake", () =>
      Effect.gen(function* () {
        const { connection, ear, peer } = yield* pair
        connection.pause()
        peer.ws.send("late")
        connection.close(1000)
        assert.deepStrictEqual(yield* connection.closed, { code: 1000 })
        assert.strictEqual(yield* Queue.take(ear.frames), "late")
      }).pipe(Effect.provide(socket))
    )
  })

  it.live("ends the connection whose receiver throws, and that one alone", () =>
    Effect.gen(function* () {
      const server = yield* wsServer
      const bug = new Error("bug")
      const broken: Receiver = {
        ...silent,
        onFrame: () => {
          throw bug
        }
      }
      const scope = yield* Scope.make()
      const connection: Connection = yield* Scope.provide(open(dial(server.port), broken, timeouts), scope)
      const peer = yield* Queue.take(server.accepted)
      peer.ws.send("one")
      peer.ws.send("two")
      const exit = yield* Effect.exit(connection.closed)
      assert.isTrue(Exit.isFailure(exit) && exit.cause.reasons.some((_) => Cause.isDieReason(_) && _.defect === bug))
      assert.strictEqual(yield* Deferred.await(peer.closed), 1006)
    }).pipe(Effect.provide(socket))
  )

  it.live("dies in `closed` wherever the receiver throws", () =>
    Effect.gen(function* () {
      const server = yield* wsServer
      const bug = new Error("bug")
      const throws = () => {
        throw bug
      }
      const cases: ReadonlyArray<readonly [broken: Receiver, provoke: (ws: WsPeer["ws"]) => void]> = [
        [{ ...silent, onControl: throws }, (ws) => ws.ping()],
        [{ ...silent, onPart: throws }, (ws) => ws.send("a part", { fin: false })],
        [{ ...silent, onClosed: throws }, (ws) => ws.close(1000)]
      ]
      for (const [broken, provoke] of cases) {
        // Not the test's own: what ends the connection would die with it.
        const scope = yield* Scope.make()
        const connection = yield* Scope.provide(open(dial(server.port), broken, timeouts), scope)
        provoke((yield* Queue.take(server.accepted)).ws)
        const exit = yield* Effect.exit(connection.closed)
        assert.isTrue(Exit.isFailure(exit) && exit.cause.reasons.some((_) => Cause.isDieReason(_) && _.defect === bug))
      }
    }).pipe(Effect.provide(socket))
  )
}
