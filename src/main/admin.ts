import { Effect, Layer } from "effect"
import * as AdminServer from "../admin/AdminServer.ts"
import { AdminSettings, type AdminValues } from "../admin/AdminSettings.ts"
import * as AdminSurface from "../admin/AdminSurface.ts"
import * as DeckFilesNode from "../admin/DeckFilesNode.ts"
import { DrainSwitch } from "../admin/DrainSwitch.ts"
import { FleetHistory } from "../admin/FleetHistory.ts"
import { LoopShare } from "../admin/LoopShare.ts"

/** Plan of an admin surface. */
export interface AdminPlan extends AdminValues {
  /** Flag or variable that the address came from; `undefined` for the default address. */
  readonly source: string | undefined
}

/** Services that an admin surface needs besides those of a fleet and a server. */
const needs = (plan: AdminPlan) =>
  Layer.mergeAll(
    FleetHistory.layer,
    LoopShare.layer,
    DeckFilesNode.layer,
    DrainSwitch.layer,
    Layer.succeed(AdminSettings, plan)
  )

/** Warns that another botswain has the default address, so that it answers in place of this one. */
const warnElsewhere = Layer.effectDiscard(
  Effect.logWarning("the usual admin address is in use: status and explain need --admin for this fleet")
)

/** Serves the admin surface of a fleet. `announce` is told its URL. */
export const adminLayer = <R>(plan: AdminPlan, announce: (address: string) => Effect.Effect<void, never, R>) => {
  const told = Layer.effectDiscard(Effect.flatMap(AdminSurface.address, announce))
  const on = (where: AdminPlan) => Layer.merge(AdminSurface.layer, told).pipe(Layer.provide(AdminServer.layer(where)))
  // That the default address is in use is no reason not to keep the fleet: any other port does as well. Not so with a
  // token: operators would show it to whoever listens at the default address.
  const served =
    plan.source === undefined && plan.token === undefined
      ? Layer.catchTag(on(plan), "AdminUnavailable", () => Layer.merge(on({ ...plan, port: 0 }), warnElsewhere))
      : on(plan)
  return served.pipe(Layer.provideMerge(needs(plan)))
}
