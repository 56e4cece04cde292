import { connect as connectNet, isIP, type Socket as NetSocket } from "node:net"
import { connect as connectTls, type SecureContext } from "node:tls"
import { type Dial, givenUp } from "../../services/Socket.ts"
import { Approach } from "../../websocket/Approach.ts"
import type { Names } from "../../websocket/names/Names.ts"
import type { Endpoint } from "../../wire/Endpoint.ts"

type OnCreated = (error: unknown, socket?: NetSocket) => void

const connectTo = (host: string, { hostname, port }: Endpoint, secureContext: SecureContext | undefined): NetSocket => {
  if (secureContext === undefined) return connectNet({ host, port })
  // Of a name only: RFC 6066 section 3.
  return connectTls({ host, port, secureContext, servername: isIP(hostname) === 0 ? hostname : "" })
}

/** Makes the way of a connection to its host, and the option of `http.request` that takes it. */
export const wayTo = (request: Dial, names: Names, secureContext: SecureContext | undefined) => {
  let onCreated: OnCreated = () => {}
  const approach = new Approach<NetSocket>(request, names, {
    begin: (address) => connectTo(address, request.endpoint, secureContext),
    onSocket: (socket) => onCreated(null, socket),
    onError: (error) => onCreated(error),
    onClose: () => onCreated(givenUp())
  })
  const createConnection = (_options: unknown, callback: OnCreated): undefined => {
    onCreated = callback
    approach.start()
  }
  return { approach, createConnection }
}
