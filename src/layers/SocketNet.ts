import { createSecureContext, type SecureContext } from "node:tls"
import { Context, Effect, Layer } from "effect"
import { NameLookups } from "../services/NameLookups.ts"
import { Settings } from "../services/Settings.ts"
import { Socket } from "../services/Socket.ts"
import { dial } from "../websocket/dial.ts"
import { dialErrorFrom } from "../websocket/dialError.ts"
import { failedConnection } from "../websocket/failedConnection.ts"
import { namesOfProcess } from "../websocket/names/namesOfProcess.ts"
import { resolveBy } from "../websocket/names/resolve.ts"
import type { ConnectionLimits } from "../websocket/NetConnection.ts"
import { lookEach, UnfinishedMessages } from "../websocket/UnfinishedMessages.ts"
import { limitsOf } from "./limitsOf.ts"

/** Real WebSockets: a client of RFC 6455, without extensions and subprotocols, on `node:net` and `node:tls`. */
export const layer: Layer.Layer<Socket | NameLookups, never, Settings> = Layer.effectContext(
  Effect.gen(function* () {
    const settings = yield* Settings
    const unfinished = new UnfinishedMessages(Math.max(settings.maxUnfinished, settings.maxFrame))
    const limits: ConnectionLimits = { ...limitsOf(settings), unfinished }
    const lookAtMessages = Effect.sync(() => unfinished.look())
    yield* Effect.forkScoped(Effect.forever(Effect.delay(lookAtMessages, lookEach(settings.messageTimeout))))
    const names = yield* namesOfProcess
    // One for all connections, made by the first dial that needs it: each would weigh 20 KB.
    let tls: SecureContext | undefined

    const socket: Socket["Service"] = {
      resolve: resolveBy(names, settings.connectTimeout),
      connect: (request, receiver) =>
        Effect.sync(() => {
          try {
            const secureContext = request.endpoint.secure ? (tls ??= createSecureContext()) : undefined
            return dial(request, receiver, { names, secureContext }, limits)
          } catch (error) {
            return failedConnection(dialErrorFrom(error))
          }
        })
    }
    return Context.make(Socket, socket).pipe(Context.add(NameLookups, { load: () => names.load() }))
  })
)
