import { Socket as NetSocket } from "node:net"
import { connect as connectTls, type ConnectionOptions, type SecureContext, TLSSocket } from "node:tls"
import { forbiddenAddress } from "../services/DialError.ts"
import { type Connection, type Dial, type Receiver } from "../services/Socket.ts"
import type { Endpoint } from "../wire/Endpoint.ts"
import { addressesOf, Approach, isForbidden } from "./Approach.ts"
import { ClientHandshake } from "./ClientHandshake.ts"
import { ConnectionSocket, listenTo, listenToTunnel, onread } from "./ConnectionSocket.ts"
import { failedConnection } from "./failedConnection.ts"
import { type ConnectionLimits, NetConnection } from "./NetConnection.ts"
import { ProxyApproach, servernameOf } from "./ProxyApproach.ts"
import type { Proxy, Route, Way } from "./Way.ts"

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
  const options: TlsOptions = { host, port, secureContext, servername: servernameOf(hostname), onread }
  return connectTls(options)
}

/** Makes the way through a proxy, and tells the connection of it. */
const throughProxy = (request: Dial, route: Route, proxy: Proxy, connection: NetConnection): Way =>
  new ProxyApproach(request, route, proxy, {
    onSocket: (socket) => {
      connection.stream = socket
      listenToTunnel(socket, connection)
      // TLS goes on by itself, and tells when it is up.
      if (!(socket instanceof TLSSocket) || route.secureContext === undefined) connection.onConnect()
    },
    onError: (error) => connection.onError(error),
    onClose: () => connection.onClose()
  })

/** Begins a connection. Throws on a header that cannot be sent, before anything is dialled. */
export const dial = (request: Dial, receiver: Receiver, route: Route, limits: ConnectionLimits): Connection => {
  const { endpoint } = request
  const { names, proxy, secureContext } = route
  const handshake = new ClientHandshake(request)
  if (isForbidden(request, proxy)) return failedConnection(forbiddenAddress())
  const addresses = proxy === undefined ? addressesOf(request) : undefined
  if (addresses?.length === 1) {
    const socket = connectTo(addresses[0]!, endpoint, secureContext)
    const connection = new NetConnection(socket, handshake, receiver, limits)
    listenTo(socket, connection)
    return connection
  }
  const connection = new NetConnection(noSocket, handshake, receiver, limits)
  if (proxy !== undefined) {
    const way = throughProxy(request, route, proxy, connection)
    handshake.approach = way
    way.start()
    return connection
  }
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
