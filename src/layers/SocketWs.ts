import type { LookupFunction } from "node:net"
import { createSecureContext, type SecureContext } from "node:tls"
import type * as NodeWS from "@effect/platform-node/NodeWS"
import { Effect, Layer, Redacted } from "effect"
import { Settings } from "../services/Settings.ts"
import { type Dial, forbiddenAddress, Socket } from "../services/Socket.ts"
import { dialErrorFrom } from "../websocket/dialError.ts"
import { failedConnection } from "../websocket/failedConnection.ts"
import { allowsLiteral, makeGuardedLookups } from "../websocket/guardedLookup.ts"
import { limitsOf } from "./limitsOf.ts"
import { ConnectionWebSocket } from "./ws/ConnectionWebSocket.ts"
import { WsConnection } from "./ws/WsConnection.ts"

/** Options of `ws` that its types do not name, some of them `http.request`'s and `tls.connect`'s. */
interface ClientOptions extends NodeWS.ClientOptions {
  readonly closeTimeout: number
  readonly lookup?: LookupFunction
  readonly secureContext?: SecureContext
}

const unredact = (headers: Dial["headers"]): Record<string, string> => {
  const plain: Record<string, string> = {}
  for (const name in headers) plain[name] = Redacted.value(headers[name]!)
  return plain
}

/** Real WebSockets, on the package `ws`. */
export const layer: Layer.Layer<Socket, never, Settings> = Layer.effect(
  Socket,
  Effect.map(Settings, (settings) => {
    const { closeTimeout, maxFragments, maxFrame } = limitsOf(settings)
    const lookupFor = makeGuardedLookups()
    // One for all connections, made by the first dial that needs it: each would weigh 20 KB.
    let tls: SecureContext | undefined
    const common: ClientOptions = {
      // With compression a fleet costs 21 times the CPU and three times the memory.
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: maxFrame,
      maxFragments,
      // No `handshakeTimeout`: the caller bounds the handshake, and this timer would stay on each socket, at 0.13 KB.
      closeTimeout
    }

    return {
      connect: (request, receiver) =>
        Effect.sync(() => {
          const { endpoint } = request
          if (!allowsLiteral(endpoint.hostname, request.allowsAddress)) return failedConnection(forbiddenAddress())
          const options: ClientOptions = {
            ...common,
            headers: unredact(request.headers),
            lookup: lookupFor(request.allowsAddress),
            ...(endpoint.secure ? { secureContext: (tls ??= createSecureContext()) } : undefined)
          }
          try {
            return new WsConnection(new ConnectionWebSocket(Redacted.value(endpoint.url), options), receiver)
          } catch (error) {
            // `http` throws on a header that it does not accept, with a message that quotes it.
            return failedConnection(dialErrorFrom(error))
          }
        })
    }
  })
)
