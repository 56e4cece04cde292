import type { Server } from "node:http"
import type { Socket } from "node:net"

/**
 * Bounds how many connections a server has. A new one is never refused, so that a probe gets through: the one that has been
 * idle for longest makes room, and where all have a request under way, the one whose request is oldest. A connection that
 * has sent half of a request is idle.
 */
export const boundConnections = (server: Server, most: number): void => {
  /** Requests under way on each connection, in the order in which that last changed. */
  const underWay = new Map<Socket, number>()

  const change = (socket: Socket, by: number) => {
    const count = underWay.get(socket)
    if (count === undefined) return
    underWay.delete(socket)
    underWay.set(socket, count + by)
  }

  const makeRoom = () => {
    const sockets = Array.from(underWay.keys())
    const oldest = sockets.find((socket) => underWay.get(socket) === 0) ?? sockets[0]
    if (oldest === undefined) return
    underWay.delete(oldest)
    oldest.destroy()
  }

  server.on("connection", (socket) => {
    if (underWay.size >= most) makeRoom()
    underWay.set(socket, 0)
    socket.once("close", () => underWay.delete(socket))
  })
  server.on("request", ({ socket }, response) => {
    change(socket, 1)
    response.once("close", () => change(socket, -1))
  })
}
