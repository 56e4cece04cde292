import { connect, type Socket } from "node:net"
import { Effect } from "effect"

/** Opens connections that send half of a request, until the Scope closes. `from`: the address that they come from. */
export const halfSent = (origin: string, count: number, from?: string) =>
  Effect.acquireRelease(
    Effect.promise(() =>
      Promise.all(
        Array.from(
          { length: count },
          () =>
            new Promise<Socket>((resolve) => {
              const { hostname, port } = new URL(origin)
              const where = {
                port: Number(port),
                host: hostname,
                ...(from === undefined ? {} : { localAddress: from })
              }
              const socket = connect(where, () => {
                socket.write("GET /api/fleet HTTP/1.1\r\nHost: ")
                resolve(socket)
              })
              socket.on("error", () => {})
              socket.resume()
            })
        )
      )
    ),
    (sockets) => Effect.sync(() => sockets.forEach((socket) => socket.destroy()))
  )
