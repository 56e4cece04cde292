import { Context, Effect, Layer } from "effect"
import { NameLookups } from "../services/NameLookups.ts"
import { type BadSetting, Settings } from "../services/Settings.ts"
import { Socket } from "../services/Socket.ts"
import { dial } from "../websocket/dial.ts"
import { dialErrorFrom } from "../websocket/dialError.ts"
import { failedConnection } from "../websocket/failedConnection.ts"
import type { ConnectionLimits } from "../websocket/NetConnection.ts"
import { lookEach, UnfinishedMessages } from "../websocket/UnfinishedMessages.ts"
import { limitsOf } from "./limitsOf.ts"
import { makeRoutes } from "./route/routes.ts"

/** Real WebSockets: a client of RFC 6455, without extensions and subprotocols, on `node:net` and `node:tls`. */
export const layer: Layer.Layer<Socket | NameLookups, BadSetting, Settings> = Layer.effectContext(
  Effect.gen(function* () {
    const settings = yield* Settings
    const unfinished = new UnfinishedMessages(Math.max(settings.maxUnfinished, settings.maxFrame))
    const limits: ConnectionLimits = { ...limitsOf(settings), unfinished }
    const lookAtMessages = Effect.sync(() => unfinished.look())
    yield* Effect.forkScoped(Effect.forever(Effect.delay(lookAtMessages, lookEach(settings.messageTimeout))))
    const { names, resolve, to } = yield* makeRoutes

    const socket: Socket["Service"] = {
      resolve,
      connect: (request, receiver) =>
        Effect.sync(() => {
          try {
            return dial(request, receiver, to(request.endpoint), limits)
          } catch (error) {
            return failedConnection(dialErrorFrom(error))
          }
        })
    }
    return Context.make(Socket, socket).pipe(Context.add(NameLookups, { load: () => names.load() }))
  })
)
