import type { IncomingMessage, Server, ServerResponse } from "node:http"
import type { Socket } from "node:net"
import { clientOf } from "./clientOf.ts"
import { type PlaceBounds, Places } from "./Places.ts"
import { probePaths } from "./probePaths.ts"

/** Requests that a connection may have under way: one by one, with some patience for proxies that send ahead. */
const mostUnderWay = 4

/** Divides the connections that a server may have. `shared`: all that ask have one address, as on loopback. */
export const boundsOf = (most: number, shared: boolean): PlaceBounds => ({
  most,
  probes: Math.max(1, Math.floor(most / 16)),
  each: shared ? Infinity : Math.max(2, Math.floor(most / 4))
})

/**
 * Bounds how many connections a server has, by {@link Places}. A connection that asks for more at once than it may, or for
 * another protocol, which no answer of the server needs, is closed.
 */
export const boundConnections = (server: Server, bounds: PlaceBounds): void => {
  const places = new Places<Socket>(bounds)

  const take = ({ socket, url = "" }: IncomingMessage, response: ServerResponse) => {
    const [path = ""] = url.split("?")
    if (places.begin(socket, probePaths.has(path)) > mostUnderWay) socket.destroy()
    response.once("close", () => places.end(socket))
  }

  server.on("connection", (socket) => {
    places.enter(socket, clientOf(socket.remoteAddress))?.destroy()
    socket.once("close", () => places.leave(socket))
  })
  server.on("request", take)
  server.on("checkContinue", take)
  server.on("upgrade", (_, socket) => socket.destroy())
}
