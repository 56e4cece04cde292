import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Layer, Queue, Result, Schema } from "effect"
import * as SocketNet from "../../src/layers/SocketNet.ts"
import * as SocketWs from "../../src/layers/SocketWs.ts"
import { Settings } from "../../src/services/Settings.ts"
import { type Receiver, Socket } from "../../src/services/Socket.ts"
import { Endpoint } from "../../src/wire/Endpoint.ts"
import { limits, bytesOf, cutUp, Piece, Receiver as WsReceiver } from "../websocket/peer.ts"
import { rawServer, shake } from "./socket.servers.ts"

/** What a client sends: its frames, as `ws` reads them, up to the last byte. */
const sentFrames = (bytes: Buffer): ReadonlyArray<string> => {
  const sent: Array<string> = []
  const receiver = new WsReceiver({ isServer: true })
  receiver.on("message", (data: Buffer) => void sent.push(`message ${data.toString()}`))
  receiver.on("ping", () => void sent.push("ping"))
  receiver.on("pong", (data: Buffer) => void sent.push(`pong ${data.toString("hex")}`))
  receiver.on("conclude", (code: number, reason: Buffer) => void sent.push(`close ${code} ${reason.toString("hex")}`))
  receiver.on("error", (error: Error) => void sent.push(error.message))
  receiver.write(bytes)
  return sent
}

/** What comes of a server that says this, in so many writes, and then has nothing more to say. */
const lifeOf = (reads: ReadonlyArray<Buffer>) =>
  Effect.gen(function* () {
    const server = yield* rawServer(shake)
    const heard: Array<string> = []
    const receiver: Receiver = {
      onFrame: (frame) => void heard.push(`message ${frame}`),
      onControl: () => void heard.push("control"),
      onClosed: ({ code }) => void heard.push(`closed ${code}`)
    }
    const endpoint = Result.getOrThrow(Endpoint.parse(`ws://127.0.0.1:${server.port}/`))
    const connection = yield* Socket.use((_) => _.connect({ endpoint, allowsAddress: () => true }, receiver))
    yield* connection.opened
    const { ended, socket } = yield* Queue.take(server.accepted)
    const chunks: Array<Buffer> = []
    socket.on("data", (chunk: Buffer) => void chunks.push(chunk))
    socket.setNoDelay()
    for (const read of reads) {
      socket.write(read)
      yield* Effect.yieldNow
    }
    socket.end()
    const { code, violation } = yield* connection.closed
    // `ws` has one name for several rules.
    const closed = { code, isOurs: violation !== undefined }
    yield* Deferred.await(ended)
    return { heard, closed, sent: sentFrames(Buffer.concat(chunks)) }
  }).pipe(Effect.scoped)

const settings = Layer.orDie(Settings.layer({ url: "ws://127.0.0.1:1", maxFrame: limits.maxFrame, drainTimeout: 2000 }))

const Cuts = Schema.Array(Schema.Int).check(Schema.isMaxLength(6))

describe("SocketNet and SocketWs hear, tell and end the same", () => {
  it.live.prop(
    "whatever the server sends, and however it is cut into writes",
    [Schema.Array(Piece).check(Schema.isMinLength(1), Schema.isMaxLength(5)), Cuts],
    ([pieces, cuts]) =>
      Effect.gen(function* () {
        const reads = cutUp(Buffer.concat(pieces.map(bytesOf)), cuts)
        const ours = yield* Effect.provide(lifeOf(reads), Layer.provide(SocketNet.layer, settings))
        const theirs = yield* Effect.provide(lifeOf(reads), Layer.provide(SocketWs.layer, settings))
        assert.deepStrictEqual(ours, theirs)
      }),
    { arbitrary: { runs: 400, seed: 1 }, timeout: 60_000 }
  )
})
