import { createSecureContext, type SecureContext } from "node:tls"
import type * as NodeWS from "@effect/platform-node/NodeWS"
import { Context, Effect, Layer, Redacted } from "effect"
import { NameLookups } from "../services/NameLookups.ts"
import { Settings } from "../services/Settings.ts"
import { type Dial, forbiddenAddress, Socket } from "../services/Socket.ts"
import { addressesOf } from "../websocket/Approach.ts"
import { dialErrorFrom } from "../websocket/dialError.ts"
import { failedConnection } from "../websocket/failedConnection.ts"
import { userAgent } from "../websocket/handshake.ts"
import { namesOfProcess } from "../websocket/names/namesOfProcess.ts"
import { resolveBy } from "../websocket/names/resolve.ts"
import { limitsOf } from "./limitsOf.ts"
import { ConnectionWebSocket } from "./ws/ConnectionWebSocket.ts"
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

/** Real WebSockets, on the package `ws`. */
export const layer: Layer.Layer<Socket | NameLookups, never, Settings> = Layer.effectContext(
  Effect.gen(function* () {
    const settings = yield* Settings
    const { closeTimeout, maxFragments, maxFrame, maxUnsent } = limitsOf(settings)
    const names = yield* namesOfProcess
    // One for all connections, made by the first dial that needs it: each would weigh 20 KB.
    let tls: SecureContext | undefined
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
      resolve: resolveBy(names, settings.connectTimeout),
      connect: (request, receiver) =>
        Effect.sync(() => {
          const { endpoint } = request
          if (addressesOf(request)?.length === 0) return failedConnection(forbiddenAddress())
          const secureContext = endpoint.secure ? (tls ??= createSecureContext()) : undefined
          const { approach, createConnection } = wayTo(request, names, secureContext)
          // Assigned, because the types know this option only as one that gives a socket at once.
          const options = Object.assign({ ...common, headers: headersOf(request) }, { createConnection })
          try {
            return new WsConnection(
              new ConnectionWebSocket(Redacted.value(endpoint.url), options),
              receiver,
              approach,
              maxUnsent
            )
          } catch (error) {
            // `http` throws on a header that it does not accept, with a message that quotes it.
            return failedConnection(dialErrorFrom(error))
          }
        })
    }
    return Context.make(Socket, socket).pipe(Context.add(NameLookups, { load: () => names.load() }))
  })
)
