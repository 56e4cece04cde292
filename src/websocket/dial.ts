import { isIP, type LookupFunction } from "node:net"
import { connect as connectTls, type ConnectionOptions, type SecureContext } from "node:tls"
import type { Connection, Dial, Receiver } from "../services/Socket.ts"
import { ClientHandshake } from "./ClientHandshake.ts"
import { ConnectionSocket, carry, onread } from "./ConnectionSocket.ts"
import { NetConnection } from "./NetConnection.ts"
import type { SocketLimits } from "./SocketLimits.ts"

/** How a host is reached. */
export interface Route {
  readonly lookup: LookupFunction
  /** Of a wss URL. */
  readonly secureContext: SecureContext | undefined
}

/** What `tls.connect` knows, as its documentation says, and its types do not. */
interface TlsOptions extends ConnectionOptions {
  readonly onread: typeof onread
}

/** Begins a connection. Throws on a header that cannot be sent, before anything is dialled. */
export const dial = (request: Dial, receiver: Receiver, route: Route, bounds: SocketLimits): Connection => {
  const { hostname: host, port } = request.endpoint
  const { lookup, secureContext } = route
  const opening = new ClientHandshake(request)
  if (secureContext === undefined) {
    const socket = new ConnectionSocket()
    socket.connection = new NetConnection(socket, opening, receiver, bounds)
    socket.connect({ host, port, lookup })
    return socket.connection
  }
  // A name only: RFC 6066 section 3.
  const servername = isIP(host) === 0 ? host : ""
  const options: TlsOptions = { host, port, lookup, secureContext, servername, onread }
  const socket = connectTls(options)
  const connection = new NetConnection(socket, opening, receiver, bounds)
  carry(socket, connection)
  return connection
}
