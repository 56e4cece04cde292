import { createHash } from "node:crypto"
import { createServer as createHttpServer, type IncomingMessage, type Server } from "node:http"
import { createServer as createHttpsServer } from "node:https"
import { createServer, type AddressInfo, type ServerOpts, type Socket as NetSocket } from "node:net"
import { createServer as createTlsServer, type TlsOptions } from "node:tls"
import * as NodeWS from "@effect/platform-node/NodeWS"
import { Deferred, Effect, Queue, type Scope } from "effect"
import type { Closed, Receiver } from "../../src/services/Socket.ts"
import { localhostTls } from "./socket.tls.ts"

/** A server of bytes: what it accepts, in order, and the port that it is on. */
export interface RawServer {
  readonly port: number
  readonly accepted: Queue.Queue<RawPeer>
}

/** The server's end of a TCP connection. */
export interface RawPeer {
  readonly socket: NetSocket
  /** The request's head, once its empty line has been read. */
  readonly head: Deferred.Deferred<string>
  readonly ended: Deferred.Deferred<void>
}

/** Accepts connections and reads the head of their request; then `answer`s, or is silent. `tls`: behind TLS, as localhost. */
export const rawServer = (
  answer?: (peer: RawPeer, head: string) => void,
  { tls = false, ...options }: ServerOpts & { readonly tls?: boolean } = {}
): Effect.Effect<RawServer, never, Scope.Scope> =>
  Effect.gen(function* () {
    const accepted = yield* Queue.unbounded<RawPeer>()
    const sockets = new Set<NetSocket>()
    const accept = (socket: NetSocket) => {
      sockets.add(socket)
      const peer: RawPeer = { socket, head: Deferred.makeUnsafe(), ended: Deferred.makeUnsafe() }
      let head = ""
      const read = (chunk: Buffer) => {
        head += chunk.toString("latin1")
        if (!head.includes("\r\n\r\n")) return
        socket.off("data", read)
        Deferred.doneUnsafe(peer.head, Effect.succeed(head))
        answer?.(peer, head)
      }
      socket.on("data", read)
      socket.on("error", () => {})
      socket.on("close", () => {
        sockets.delete(socket)
        Deferred.doneUnsafe(peer.ended, Effect.void)
      })
      Queue.offerUnsafe(accepted, peer)
    }
    const server = tls ? createTlsServer({ ...localhostTls, ...options }, accept) : createServer(options, accept)
    yield* Effect.acquireRelease(
      Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
      () =>
        Effect.sync(() => {
          for (const socket of sockets) socket.destroy()
          server.close()
        })
    )
    return { port: (server.address() as AddressInfo).port, accepted }
  })

/** Answers a handshake as RFC 6455 says, with more fields if there are any, and nothing after it. */
export const shake = (peer: RawPeer, head: string, ...fields: ReadonlyArray<string>): void => {
  const key = /sec-websocket-key: (\S+)/i.exec(head)?.[1] ?? ""
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64")
  peer.socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n${fields.map((field) => `${field}\r\n`).join("")}\r\n`
  )
}

/** A server of WebSockets. */
export interface WsServer {
  readonly port: number
  readonly accepted: Queue.Queue<WsPeer>
}

export interface WsPeer {
  readonly ws: NodeWS.WebSocket
  readonly request: IncomingMessage
  readonly received: Queue.Queue<string>
  readonly closed: Deferred.Deferred<number>
}

const upgrades = (http: Server) =>
  Effect.gen(function* () {
    const accepted = yield* Queue.unbounded<WsPeer>()
    const server = yield* Effect.acquireRelease(
      Effect.callback<NodeWS.WebSocketServer>((resume) => {
        const server = new NodeWS.WebSocketServer({ server: http })
        http.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
      }),
      (server) =>
        Effect.sync(() => {
          for (const ws of server.clients) ws.terminate()
          server.close()
          http.close()
        })
    )
    server.on("connection", (ws, request) => {
      const peer: WsPeer = {
        ws,
        request,
        received: Effect.runSync(Queue.unbounded<string>()),
        closed: Deferred.makeUnsafe()
      }
      ws.on("message", (data: Buffer) => void Queue.offerUnsafe(peer.received, data.toString()))
      ws.on("close", (code) => void Deferred.doneUnsafe(peer.closed, Effect.succeed(code)))
      Queue.offerUnsafe(accepted, peer)
    })
    return { port: (server.address() as AddressInfo).port, accepted }
  })

export const wsServer: Effect.Effect<WsServer, never, Scope.Scope> = Effect.suspend(() => upgrades(createHttpServer()))

/** The same behind TLS, as localhost, with more options of TLS if there are any. */
export const wssServerWith = (options: TlsOptions): Effect.Effect<WsServer, never, Scope.Scope> =>
  Effect.suspend(() => upgrades(createHttpsServer({ ...localhostTls, ...options })))

export const wssServer: Effect.Effect<WsServer, never, Scope.Scope> = wssServerWith({})

/** A receiver that keeps what it hears. */
export interface Recorder extends Receiver {
  readonly frames: Queue.Queue<string>
  readonly controls: Queue.Queue<void>
  readonly closings: Array<Closed>
}

export const recorder: Effect.Effect<Recorder> = Effect.gen(function* () {
  const frames = yield* Queue.unbounded<string>()
  const controls = yield* Queue.unbounded<void>()
  const closings: Array<Closed> = []
  return {
    frames,
    controls,
    closings,
    onFrame: (frame) => void Queue.offerUnsafe(frames, frame),
    onControl: () => void Queue.offerUnsafe(controls, undefined),
    onClosed: (closed) => void closings.push(closed)
  }
})
