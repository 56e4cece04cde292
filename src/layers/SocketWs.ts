import type { LookupFunction } from "node:net"
import { createSecureContext, type SecureContext } from "node:tls"
import type * as NodeWS from "@effect/platform-node/NodeWS"
import { Effect, Layer, Redacted } from "effect"
import { Settings } from "../services/Settings.ts"
import { type Dial, forbiddenAddress, Socket } from "../services/Socket.ts"
import { dialErrorFrom } from "../websocket/dialError.ts"
import { failedConnection } from "../websocket/failedConnection.ts"
import { allowsLiteral, makeGuardedLookups } from "../websocket/guardedLookup.ts"
import { limitsOf } from "./socketLimits.ts"
import { ConnectionSocket, WsConnection } from "./ws/WsConnection.ts"

/** What `ws` knows and its types do not, or inherits from `http.request` and `tls.connect`. */
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
    // One for all, made by the first dial that needs it: a context of its own for each connection weighs 20 KB.
    let tls: SecureContext | undefined
    const common: ClientOptions = {
      // A compressed fleet was measured to cost 21 times the CPU and three times the memory.
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: maxFrame,
      maxFragments,
      // No `handshakeTimeout`: who dials bounds the handshake, and its timer would stay on each socket, at 0.13 KB.
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
            return new WsConnection(new ConnectionSocket(Redacted.value(endpoint.url), options), receiver)
          } catch (error) {
            // A header that `http` does not accept, say: it throws at once, and its message quotes what it was given.
            return failedConnection(dialErrorFrom(error))
          }
        })
    }
  })
)
