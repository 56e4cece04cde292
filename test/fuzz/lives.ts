import { Context, Deferred, Effect, Exit, Fiber, Layer, Queue, Result, type Scope } from "effect"
import * as SocketNet from "../../src/layers/SocketNet.ts"
import * as SocketWs from "../../src/layers/SocketWs.ts"
import { type DialError } from "../../src/services/DialError.ts"
import { type Closed, type Receiver, Socket } from "../../src/services/Socket.ts"
import { Endpoint } from "../../src/wire/Endpoint.ts"
import { type RawPeer, rawServer } from "../e2e/socket.servers.ts"
import { settings } from "../support/settings.ts"
import { limits, Receiver as WsReceiver } from "../websocket/peer.ts"

/** What came of a connection. */
export interface Life {
  /** Why there was none. */
  readonly refusal: DialError | undefined
  readonly heard: ReadonlyArray<string>
  readonly closed: Closed
  /** What the client has sent behind its request. */
  readonly sent: ReadonlyArray<string>
}

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

/** What comes of a server that says this to a handshake, in so many writes, and then has nothing more to say. */
export type Lives = (writes: (head: string) => ReadonlyArray<Buffer>) => Effect.Effect<Life>

const livesOn = (socket: Socket["Service"]): Effect.Effect<Lives, never, Scope.Scope> =>
  Effect.gen(function* () {
    const server = yield* rawServer()
    const endpoint = Result.getOrThrow(Endpoint.parse(`ws://127.0.0.1:${server.port}/`))
    const say = Effect.fnUntraced(function* (peer: RawPeer, writes: ReadonlyArray<Buffer>) {
      peer.socket.setNoDelay()
      for (const bytes of writes) {
        peer.socket.write(bytes)
        yield* Effect.yieldNow
      }
      peer.socket.end()
    })
    return (writes) =>
      Effect.gen(function* () {
        const heard: Array<string> = []
        const receiver: Receiver = {
          onFrame: (frame) => void heard.push(`message ${frame}`),
          onControl: () => void heard.push("control"),
          onClosed: ({ code }) => void heard.push(`closed ${code}`)
        }
        const connection = yield* socket.connect({ endpoint, allowsAddress: () => true }, receiver)
        const opened = yield* Effect.forkChild(Effect.exit(connection.opened), { startImmediately: true })
        const peer = yield* Queue.take(server.accepted)
        const chunks: Array<Buffer> = []
        const head = yield* Deferred.await(peer.head)
        peer.socket.on("data", (chunk: Buffer) => void chunks.push(chunk))
        yield* say(peer, writes(head))
        const outcome = yield* Fiber.join(opened)
        const closed = yield* connection.closed
        yield* Deferred.await(peer.ended)
        const refusal = Exit.isFailure(outcome) ? Result.getOrThrow(Exit.findError(outcome)) : undefined
        return { refusal, heard, closed, sent: sentFrames(Buffer.concat(chunks)) }
      })
  })

/** Lives of connections on both layers. */
export class BothLayers extends Context.Service<BothLayers, { readonly ours: Lives; readonly theirs: Lives }>()(
  "botswain/test/fuzz/BothLayers"
) {}

const own = settings({ maxFrame: limits.maxFrame, drainTimeout: 2000 })

export const layer: Layer.Layer<BothLayers> = Layer.effect(
  BothLayers,
  Effect.gen(function* () {
    const net = yield* Layer.build(Layer.provide(Layer.orDie(SocketNet.layer), own))
    const ws = yield* Layer.build(Layer.provide(Layer.orDie(SocketWs.layer), own))
    return { ours: yield* livesOn(Context.get(net, Socket)), theirs: yield* livesOn(Context.get(ws, Socket)) }
  })
)
