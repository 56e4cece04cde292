import { Context, Data, Effect, Latch, Layer, type Scope } from "effect"
import { type GlobalClientEvent, GlobalClientCodec } from "../wire/GlobalApi.ts"
import type { Connection } from "./Socket.ts"

/** There is no Global connection to send on. */
export class GlobalDown extends Data.TaggedError("GlobalDown")<{}> {}

/** The Global connection as the rest of the program sees it: up or down, and a way to send. */
export class GlobalLink extends Context.Service<
  GlobalLink,
  {
    /** Puts a connection in use until the Scope closes. */
    readonly attach: (connection: Connection) => Effect.Effect<void, never, Scope.Scope>
    readonly isUp: () => boolean
    readonly awaitUp: Effect.Effect<void>
    /** Sends on the connection in use; done when the kernel has taken the frame. */
    readonly send: (event: GlobalClientEvent) => Effect.Effect<void, GlobalDown>
  }
>()("botswain/services/GlobalLink") {
  static readonly layer: Layer.Layer<GlobalLink> = Layer.effect(
    GlobalLink,
    Effect.gen(function* () {
      const up = yield* Latch.make(false)
      let current: Connection | undefined

      /** What is past does not take down the connection in use. */
      const detach = (connection: Connection) => {
        if (current !== connection) return
        current = undefined
        up.closeUnsafe()
      }

      return {
        attach: (connection) =>
          Effect.acquireRelease(
            Effect.sync(() => {
              current = connection
              up.openUnsafe()
            }),
            () => Effect.sync(() => detach(connection))
          ),
        isUp: () => current !== undefined,
        awaitUp: up.await,
        send: (event) =>
          Effect.suspend(() => {
            const connection = current
            if (connection === undefined) return new GlobalDown()
            return Effect.mapError(connection.send(GlobalClientCodec.encode(event)), () => {
              // It is closing; who waits for it to be up again must not find it up until then.
              detach(connection)
              return new GlobalDown()
            })
          })
      }
    })
  )
}
