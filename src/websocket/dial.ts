import { isIP, type LookupFunction } from "node:net"
import { connect as connectTls, type ConnectionOptions, type SecureContext } from "node:tls"
import type { Connection, Dial, Receiver } from "../services/Socket.ts"
import { ClientHandshake } from "./ClientHandshake.ts"
import { ConnectionSocket, listenTo, onread } from "./ConnectionSocket.ts"
import { NetConnection } from "./NetConnection.ts"
import type { SocketLimits } from "./SocketLimits.ts"

/** Way to a host. */
export interface Route {
  readonly lookup: LookupFunction
  /** For a wss URL. */
  readonly secureContext: SecureContext | undefined
}

/** An option of `tls.connect` that its documentation names and its types do not. */
interface TlsOptions extends ConnectionOptions {
  readonly onread: typeof onread
}

/** Begins a connection. Throws on a header that cannot be sent, before anything is dialled. */
export const dial = (request: Dial, receiver: Receiver, route: Route, limits: SocketLimits): Connection => {
  const { hostname: host, port } = request.endpoint
  const { lookup, secureContext } = route
  const handshake = new ClientHandshake(request)
  if (secureContext === undefined) {
    const socket = new ConnectionSocket()
    const connection = new NetConnection(socket, handshake, receiver, limits)
    socket.listener = connection
    socket.connect({ host, port, lookup })
    return connection
  }
  // Of a name only: RFC 6066 section 3.
  const servername = isIP(host) === 0 ? host : ""
  const options: TlsOptions = { host, port, lookup, secureContext, servername, onread }
  const socket = connectTls(options)
  const connection = new NetConnection(socket, handshake, receiver, limits)
  listenTo(socket, connection)
  return connection
}
