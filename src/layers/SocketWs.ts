import type * as NodeWS from "@effect/platform-node/NodeWS"
import { Context, Effect, Layer, Redacted } from "effect"
import { forbiddenAddress, unguarded } from "../services/DialError.ts"
import { NameLookups } from "../services/NameLookups.ts"
import { type BadSetting, Settings } from "../services/Settings.ts"
import { type Dial, Socket } from "../services/Socket.ts"
import { isForbidden } from "../websocket/Approach.ts"
import { dialErrorFrom } from "../websocket/dialError.ts"
import { failedConnection } from "../websocket/failedConnection.ts"
import { userAgent } from "../websocket/handshake.ts"
import { limitsOf } from "./limitsOf.ts"
import { makeRoutes } from "./route/routes.ts"
import { ConnectionWebSocket } from "./ws/ConnectionWebSocket.ts"
import { discard } from "./ws/discard.ts"
import { wayTo } from "./ws/wayTo.ts"
import { WsConnection } from "./ws/WsConnection.ts"

/** An option of `ws` that its types do not name. */
interface ClientOptions extends NodeWS.ClientOptions {
  readonly closeTimeout: number
}

const headersOf = ({ headers }: Dial): Record<string, string> => {
  const plain: Record<string, string> = {}
  for (const name in headers) plain[name] = Redacted.value(headers[name]!)
  const hasUserAgent = Object.keys(plain).some((name) => name.toLowerCase() === "user-agent")
  return hasUserAgent ? plain : { "User-Agent": userAgent, ...plain }
}

/**
 * Real WebSockets, on a given `ws`: some runtimes have one of their own. A `ws` that does not take the way that it is given
 * carries no connection.
 */
export const layerOn = (
  WebSocket: typeof ConnectionWebSocket
): Layer.Layer<Socket | NameLookups, BadSetting, Settings> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const settings = yield* Settings
      const { closeTimeout, maxFragments, maxFrame, maxUnsent } = limitsOf(settings)
      const { names, resolve, to } = yield* makeRoutes
      const common: ClientOptions = {
        // With compression a fleet costs 21 times the CPU and three times the memory.
        perMessageDeflate: false,
        followRedirects: false,
        // Its own drop the connection where 60 wait to be sent.
        autoPong: false,
        maxPayload: maxFrame,
        maxFragments,
        // No `handshakeTimeout`: the caller bounds the handshake, and this timer would stay on each socket, at 0.13 KB.
        closeTimeout
      }

      const socket: Socket["Service"] = {
        resolve,
        connect: (request, receiver) =>
          Effect.sync(() => {
            const { endpoint } = request
            const route = to(endpoint)
            if (isForbidden(request, route.proxy)) return failedConnection(forbiddenAddress())
            const way = wayTo(request, route)
            const { createConnection } = way
            // Assigned, because the types know this option only as one that gives a socket at once.
            const options = Object.assign({ ...common, headers: headersOf(request) }, { createConnection })
            try {
              const ws = new WebSocket(Redacted.value(endpoint.url), options)
              if (way.isAsked()) return new WsConnection(ws, receiver, way, maxUnsent)
              // Before it has said anything to whoever is there.
              discard(ws)
              return failedConnection(unguarded())
            } catch (error) {
              // `http` throws on a header that it does not accept, with a message that quotes it.
              return failedConnection(dialErrorFrom(error))
            }
          })
      }
      return Context.make(Socket, socket).pipe(Context.add(NameLookups, { load: () => names.load() }))
    })
  )

/** Real WebSockets, on the package `ws`. */
export const layer: Layer.Layer<Socket | NameLookups, BadSetting, Settings> = layerOn(ConnectionWebSocket)
