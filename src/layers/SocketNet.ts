import { createSecureContext, type SecureContext } from "node:tls"
import { Effect, Layer } from "effect"
import { Settings } from "../services/Settings.ts"
import { forbiddenAddress, Socket } from "../services/Socket.ts"
import { dial } from "../websocket/dial.ts"
import { dialErrorFrom } from "../websocket/dialError.ts"
import { failedConnection } from "../websocket/failedConnection.ts"
import { allowsLiteral, makeGuardedLookups } from "../websocket/guardedLookup.ts"
import { limitsOf } from "./limitsOf.ts"

/** Real WebSockets: a client of RFC 6455, without extensions and subprotocols, on `node:net` and `node:tls`. */
export const layer: Layer.Layer<Socket, never, Settings> = Layer.effect(
  Socket,
  Effect.map(Settings, (settings) => {
    const limits = limitsOf(settings)
    const lookupFor = makeGuardedLookups()
    // One for all connections, made by the first dial that needs it: each would weigh 20 KB.
    let tls: SecureContext | undefined

    return {
      connect: (request, receiver) =>
        Effect.sync(() => {
          const { allowsAddress, endpoint } = request
          if (!allowsLiteral(endpoint.hostname, allowsAddress)) return failedConnection(forbiddenAddress())
          try {
            const route = {
              lookup: lookupFor(allowsAddress),
              secureContext: endpoint.secure ? (tls ??= createSecureContext()) : undefined
            }
            return dial(request, receiver, route, limits)
          } catch (error) {
            return failedConnection(dialErrorFrom(error))
          }
        })
    }
  })
)
