import type { Server } from "node:http"
import type { Socket as NetSocket } from "node:net"
import { Effect, type Scope } from "effect"
import { errorCode } from "../../node/errorCode.ts"
import { createServer } from "../../node/http.ts"
import { ListenError } from "./ListenError.ts"

/** Addresses at which a wildcard is reached from this computer. */
const reachable = new Map([
  ["0.0.0.0", "127.0.0.1"],
  ["::", "[::1]"]
])

/** TCP connections that may wait to be accepted: after an outage a whole fleet comes at once. */
const backlog = 4_096

const startListening = (http: Server, where: { readonly host: string; readonly port: number }) =>
  Effect.callback<number, ListenError>((resume) => {
    http.once("error", (error) => {
      resume(new ListenError({ code: errorCode(error) ?? error.name }))
    })
    http.listen({ ...where, backlog }, () => {
      const address = http.address()
      resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : where.port))
    })
  })

/** Listens until the Scope closes; then every connection that is left is destroyed. Gives the host with its port. */
export const listen = Effect.fnUntraced(function* (where: {
  readonly host: string
  readonly port: number
}): Effect.fn.Return<{ readonly http: Server; readonly host: string }, ListenError, Scope.Scope> {
  const http = createServer((_request, response) => {
    response.writeHead(426, { "content-type": "text/plain", connection: "close", upgrade: "websocket" })
    response.end("This is a WebSocket server.\n")
  })
  // `closeAllConnections` knows none that was upgraded, or that waits to be.
  const streams = new Set<NetSocket>()
  http.on("connection", (stream: NetSocket) => {
    streams.add(stream)
    stream.once("close", () => streams.delete(stream))
  })
  const port = yield* Effect.acquireRelease(startListening(http, where), () =>
    Effect.callback<void>((resume) => {
      http.close(() => resume(Effect.void))
      for (const stream of streams) stream.destroy()
    })
  )
  const host = reachable.get(where.host) ?? (where.host.includes(":") ? `[${where.host}]` : where.host)
  return { http, host: `${host}:${port}` }
})
