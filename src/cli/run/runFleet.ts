import { Clock, Context, Effect, Layer, Option } from "effect"
import { DrainSwitch } from "../../admin/DrainSwitch.ts"
import { Fleet } from "../../services/Fleet.ts"
import { Settings } from "../../services/Settings.ts"
import { exitWithin, Host, orStopped, type Stopped } from "../Host.ts"
import type { Screen } from "../terminal/Screen.ts"
import type { RunReport } from "./summary.ts"
import { watchFleet } from "./watchFleet.ts"

/** Milliseconds that the end may take beyond the drain timeout, before the process is ended as it is. */
const gracePeriod = 4000

/** Waits until an operator asks for the end; for ever, where there is no admin surface to ask on. */
const drainAsked = (context: Context.Context<never>): Effect.Effect<void> =>
  Option.match(Context.getOption(context, DrainSwitch), {
    onNone: () => Effect.never,
    onSome: ({ pulled }) => pulled
  })

/**
 * Runs a fleet, and shows it, until the server says goodbye, a signal comes or an operator asks for the end; then drains
 * it. Fails as its layer does, or if a signal comes while that is being built.
 */
export const runFleet = <A, E, R>(
  fleetLayer: Layer.Layer<A | Fleet | Settings, E, R>
): Effect.Effect<RunReport, E | Stopped, R | Host | Screen> =>
  Effect.gen(function* () {
    const host = yield* Host
    const began = yield* Clock.currentTimeMillis

    const ended = yield* Effect.gen(function* () {
      const context = yield* orStopped(Layer.build(fleetLayer))
      const fleet = Context.get(context, Fleet)
      const { drainTimeout, endpoint } = Context.get(context, Settings)
      yield* Effect.annotateLogs(Effect.logInfo("keeps the fleet"), { server: endpoint.origin })
      yield* Effect.forkScoped(Effect.provideContext(watchFleet, context))
      const endedBy = yield* Effect.raceAllFirst([
        Effect.as(fleet.goodbye, "goodbye" as const),
        Effect.as(drainAsked(context), "operator" as const),
        Effect.tap(host.signal, (signal) =>
          Effect.logInfo(`${signal}: closes every connection; once more to end at once`)
        )
      ])
      yield* exitWithin(drainTimeout + gracePeriod, "the drain hangs: ends as it is")
      return { endedBy, census: (yield* fleet.status).census, fleet }
    }).pipe(Effect.scoped)

    const { journal, totals } = yield* ended.fleet.status
    return {
      endedBy: ended.endedBy,
      census: ended.census,
      totals,
      journal,
      duration: (yield* Clock.currentTimeMillis) - began
    }
  })
