import type { Socket as NetSocket } from "node:net"

const tunnels = new WeakSet<NetSocket>()

/** Marks a socket that goes through a proxy. Not a field of a connection, since most have none. */
export const markTunnel = (socket: NetSocket): void => void tunnels.add(socket)

/** The address of a socket's peer; `undefined` where that is a proxy and not the host. */
export const addressOfPeer = (socket: NetSocket | undefined): string | undefined =>
  socket === undefined || tunnels.has(socket) ? undefined : socket.remoteAddress
