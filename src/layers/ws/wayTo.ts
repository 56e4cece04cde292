import { connect as connectNet, type Socket as NetSocket } from "node:net"
import { connect as connectTls, type SecureContext } from "node:tls"
import { givenUp } from "../../services/DialError.ts"
import { type Dial } from "../../services/Socket.ts"
import { Approach } from "../../websocket/Approach.ts"
import { ProxyApproach, servernameOf } from "../../websocket/ProxyApproach.ts"
import type { Route, Way } from "../../websocket/Way.ts"
import type { Endpoint } from "../../wire/Endpoint.ts"

type OnCreated = (error: unknown, socket?: NetSocket) => void

const connectTo = (host: string, { hostname, port }: Endpoint, secureContext: SecureContext | undefined): NetSocket => {
  if (secureContext === undefined) return connectNet({ host, port })
  return connectTls({ host, port, secureContext, servername: servernameOf(hostname) })
}

/**
 * Way of a connection that `ws` is asked to take, and whether it does. All that is checked of a dial is checked on that way:
 * addresses, proxies, certificates.
 */
export interface GuardedWay {
  readonly approach: Way
  /** Option of `http.request`, and so of `ws`. */
  readonly createConnection: (options: unknown, callback: OnCreated) => undefined
  /** True once `ws` has asked for the way. Node's `http.request` asks at once. */
  readonly isAsked: () => boolean
  /** True for the socket that the way has led to. */
  readonly ledTo: (socket: NetSocket | undefined) => boolean
}

/** Makes the way of a connection to its host. */
export const wayTo = (request: Dial, route: Route): GuardedWay => {
  const { names, proxy, secureContext } = route
  let onCreated: OnCreated | undefined
  let given: NetSocket | undefined
  const arrival = {
    onSocket: (socket: NetSocket) => {
      given = socket
      onCreated?.(null, socket)
    },
    onError: (error: unknown) => onCreated?.(error),
    onClose: () => onCreated?.(givenUp())
  }
  const begin = (address: string) => connectTo(address, request.endpoint, secureContext)
  const approach: Way =
    proxy === undefined
      ? new Approach<NetSocket>(request, names, { ...arrival, begin })
      : new ProxyApproach(request, route, proxy, arrival)
  const createConnection = (_options: unknown, callback: OnCreated): undefined => {
    onCreated = callback
    approach.start()
  }
  return {
    approach,
    createConnection,
    isAsked: () => onCreated !== undefined,
    ledTo: (socket) => socket !== undefined && socket === given
  }
}
