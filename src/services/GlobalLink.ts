import { Clock, Context, Data, Effect, Latch, Layer, type Scope } from "effect"
import { type GlobalClientEvent, GlobalClientCodec } from "../wire/GlobalApi.ts"
import { LeakAudit } from "./LeakAudit.ts"
import type { Connection } from "./Socket.ts"

/** The Global connection is down: nothing can be sent on it. */
export class GlobalDown extends Data.TaggedError("GlobalDown")<{}> {}

/** The Global connection as the rest of the program sees it: up or down, and a way to send. */
export class GlobalLink extends Context.Service<
  GlobalLink,
  {
    /** Puts a connection in use until the Scope closes. */
    readonly attach: (connection: Connection) => Effect.Effect<void, never, Scope.Scope>
    readonly isUp: () => boolean
    /** Time at which it came up or went down: milliseconds of Effect's clock; `null` before it has ever been up. */
    readonly since: () => number | null
    /** Notes why it is down: how the last connection ended, or why the last attempt failed. */
    readonly noteDown: (reason: string) => void
    /** Says why it is down; `null` while it is up, and before anything has failed. */
    readonly whyDown: () => string | null
    readonly awaitUp: Effect.Effect<void>
    /** Sends on the connection in use, without waiting; false if there is none. */
    readonly post: (event: GlobalClientEvent) => boolean
  }
>()("botswain/services/GlobalLink") {
  static readonly layer: Layer.Layer<GlobalLink> = Layer.effect(
    GlobalLink,
    Effect.gen(function* () {
      const clock = yield* Clock.Clock
      const up = yield* Latch.make(false)
      let current: Connection | undefined
      let since: number | null = null
      let reason: string | null = null
      const inUse = () => (current === undefined ? 0 : 1)
      ;(yield* LeakAudit).add({ what: "Global connections in use", until: "drained", count: inUse })

      /** Takes down the connection, if it is the one in use: an older one changes nothing. */
      const detach = (connection: Connection) => {
        if (current !== connection) return
        current = undefined
        since = clock.currentTimeMillisUnsafe()
        up.closeUnsafe()
      }

      return {
        attach: (connection) =>
          Effect.acquireRelease(
            Effect.sync(() => {
              current = connection
              reason = null
              since = clock.currentTimeMillisUnsafe()
              up.openUnsafe()
            }),
            () => Effect.sync(() => detach(connection))
          ),
        isUp: () => current !== undefined,
        since: () => since,
        noteDown: (why) => {
          reason = why
        },
        whyDown: () => reason,
        awaitUp: up.await,
        post: (event) => {
          if (current === undefined) return false
          if (current.isOpen()) {
            current.post(GlobalClientCodec.encode(event))
            return true
          }
          // It is closing; who waits for it to be up again must not find it up until then.
          detach(current)
          return false
        }
      }
    })
  )
}
