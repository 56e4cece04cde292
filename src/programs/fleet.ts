import { Deferred, Effect, Layer } from "effect"
import { Fleet } from "../services/Fleet.ts"
import { GlobalLink } from "../services/GlobalLink.ts"
import { health } from "../services/health.ts"
import { Ledger } from "../services/ledger/Ledger.ts"
import { Stats } from "../services/Stats.ts"
import { TeamRegistry } from "../services/TeamRegistry.ts"
import { keepGlobal } from "./global/session.ts"
import { teamServices } from "./team/services.ts"
import { keepConnected, missSession } from "./team/session.ts"

/** Runs the fleet until goodbye or interruption; then every connection is hung up, all at the same time. */
const run = Effect.fnUntraced(function* (goodbye: Deferred.Deferred<void>) {
  const services = yield* teamServices
  const teams = services.registry.supervise(
    (session) => keepConnected(services, session),
    (session) => missSession(services, session)
  )
  yield* Effect.raceFirst(
    Deferred.await(goodbye),
    Effect.all([Effect.scoped(Effect.andThen(teams, Effect.never)), keepGlobal(goodbye)], {
      concurrency: "unbounded",
      discard: true
    })
  )
  yield* Effect.logInfo("every connection is closed")
})

/** Runs the fleet as long as the layer's Scope is open; closing it drains the fleet, within the drain time. */
export const layer = Layer.effect(
  Fleet,
  Effect.gen(function* () {
    const stats = yield* Stats
    const registry = yield* TeamRegistry
    const global = yield* GlobalLink
    const ledger = yield* Ledger
    const goodbye = yield* Deferred.make<void>()
    const ended = yield* Deferred.make<void>()
    yield* run(goodbye).pipe(
      // Nobody should wait for the goodbye of a fleet that a defect has ended.
      Effect.onError((cause) => Deferred.failCause(goodbye, cause)),
      Deferred.into(ended),
      Effect.forkScoped
    )
    return {
      goodbye: Deferred.await(goodbye),
      ended: Deferred.await(ended),
      status: Effect.gen(function* () {
        return {
          global: global.isUp() ? ("up" as const) : ("down" as const),
          census: yield* registry.census,
          totals: yield* stats.totals,
          journal: ledger.view()
        }
      }),
      health: Effect.sync(() => health(registry))
    }
  })
)
