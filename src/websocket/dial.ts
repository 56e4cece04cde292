import { isIP, Socket as NetSocket } from "node:net"
import { connect as connectTls, type ConnectionOptions, type SecureContext, type TLSSocket } from "node:tls"
import { type Connection, type Dial, forbiddenAddress, type Receiver } from "../services/Socket.ts"
import type { Endpoint } from "../wire/Endpoint.ts"
import { addressesOf, Approach } from "./Approach.ts"
import { ClientHandshake } from "./ClientHandshake.ts"
import { ConnectionSocket, listenTo, onread } from "./ConnectionSocket.ts"
import { failedConnection } from "./failedConnection.ts"
import type { Names } from "./names/Names.ts"
import { type ConnectionLimits, NetConnection } from "./NetConnection.ts"

/** Way to a host. */
export interface Route {
  readonly names: Names
  /** For a wss URL. */
  readonly secureContext: SecureContext | undefined
}

/** An option of `tls.connect` that its documentation names and its types do not. */
interface TlsOptions extends ConnectionOptions {
  readonly onread: typeof onread
}

/** Stands for the socket of a connection that has none yet. */
const noSocket = new NetSocket()

/** Begins to connect to an address of an endpoint's host. */
const connectTo = (
  host: string,
  { hostname, port }: Endpoint,
  secureContext: SecureContext | undefined
): ConnectionSocket | TLSSocket => {
  if (secureContext === undefined) {
    const socket = new ConnectionSocket()
    socket.connect({ host, port })
    return socket
  }
  // Of a name only: RFC 6066 section 3.
  const servername = isIP(hostname) === 0 ? hostname : ""
  const options: TlsOptions = { host, port, secureContext, servername, onread }
  return connectTls(options)
}

/** Begins a connection. Throws on a header that cannot be sent, before anything is dialled. */
export const dial = (request: Dial, receiver: Receiver, route: Route, limits: ConnectionLimits): Connection => {
  const { endpoint } = request
  const { names, secureContext } = route
  const handshake = new ClientHandshake(request)
  const addresses = addressesOf(request)
  if (addresses?.length === 0) return failedConnection(forbiddenAddress())
  if (addresses?.length === 1) {
    const socket = connectTo(addresses[0]!, endpoint, secureContext)
    const connection = new NetConnection(socket, handshake, receiver, limits)
    listenTo(socket, connection)
    return connection
  }
  const connection = new NetConnection(noSocket, handshake, receiver, limits)
  const approach = new Approach<ConnectionSocket | TLSSocket>(request, names, {
    begin: (address) => connectTo(address, endpoint, secureContext),
    onSocket: (socket) => {
      connection.stream = socket
      listenTo(socket, connection)
      // TLS goes on by itself, and tells when it is up.
      if (!(socket instanceof ConnectionSocket)) return
      // An instrument of the process may listen too.
      if (socket.eventNames().length === 0) socket.dropListeners()
      connection.onConnect()
    },
    onError: (error) => connection.onError(error),
    onClose: () => connection.onClose()
  })
  handshake.approach = approach
  approach.start()
  return connection
}
