import { createServer, connect, type AddressInfo, type Socket as NetSocket } from "node:net"
import { createServer as createTlsServer } from "node:tls"
import { Effect, Queue, type Scope } from "effect"
import { localhostTls } from "./socket.tls.ts"

/** A proxy of CONNECT: the heads of the requests that it was sent, in order. */
export interface ConnectProxy {
  readonly port: number
  readonly heads: Queue.Queue<string>
}

/** Answer of a proxy to a request's head, and what it does with its client; where it lets through, the rest of its answer. */
export type ProxyAnswer = (client: NetSocket, head: string) => void

/** Lets a client through. Any name leads to this computer. `late`: the answer comes in two pieces. */
export const letThrough =
  (answer = "HTTP/1.1 200 Connection established\r\n\r\n"): ProxyAnswer =>
  (client, head) => {
    const port = Number(/^CONNECT \S+:(\d+) /.exec(head)?.[1])
    const host = connect({ host: "127.0.0.1", port }, () => {
      client.write(answer)
      client.pipe(host)
      host.pipe(client)
    })
    host.on("error", () => client.end("HTTP/1.1 502 Bad Gateway\r\n\r\n"))
    host.on("close", () => client.destroy())
    client.on("close", () => host.destroy())
  }

/** Starts one, by itself or behind TLS as localhost, on a port that is free or on this one. */
export const connectProxy = (
  answer: ProxyAnswer = letThrough(),
  { port = 0, secure = false } = {}
): Effect.Effect<ConnectProxy, never, Scope.Scope> =>
  Effect.gen(function* () {
    const heads = yield* Queue.unbounded<string>()
    const clients = new Set<NetSocket>()
    const accept = (client: NetSocket) => {
      clients.add(client)
      client.on("error", () => {})
      client.on("close", () => clients.delete(client))
      let head = ""
      const read = (chunk: Buffer) => {
        head += chunk.toString("latin1")
        if (!head.includes("\r\n\r\n")) return
        client.off("data", read)
        Queue.offerUnsafe(heads, head)
        answer(client, head)
      }
      client.on("data", read)
    }
    const server = secure ? createTlsServer(localhostTls, accept) : createServer(accept)
    yield* Effect.acquireRelease(
      Effect.callback<void>((resume) => void server.listen(port, "127.0.0.1", () => resume(Effect.void))),
      () =>
        Effect.sync(() => {
          for (const client of clients) client.destroy()
          server.close()
        })
    )
    return { port: (server.address() as AddressInfo).port, heads }
  })
