import { Effect, Layer } from "effect"
import * as AdminServer from "../admin/AdminServer.ts"
import { AdminSettings, type AdminValues } from "../admin/AdminSettings.ts"
import * as AdminSurface from "../admin/AdminSurface.ts"
import * as DeckFilesNode from "../admin/DeckFilesNode.ts"
import { DrainSwitch } from "../admin/DrainSwitch.ts"
import { FleetHistory } from "../admin/FleetHistory.ts"

/** Plan of an admin surface. */
export interface AdminPlan extends AdminValues {
  /** The flag or the variable that the address came from; `undefined` where it is the usual one, and may be given up. */
  readonly source: string | undefined
}

/** What an admin surface stands on, besides a fleet's services and a server. */
const ground = (plan: AdminPlan) =>
  Layer.mergeAll(FleetHistory.layer, DeckFilesNode.layer, DrainSwitch.layer, Layer.succeed(AdminSettings, plan))

/** Another botswain has the usual address, and would answer in the place of this one. */
const elsewhere = Layer.effectDiscard(
  Effect.logWarning("the usual admin address is in use: status and explain need --admin for this fleet")
)

/** The admin surface of a fleet. `announce` is told where it is. */
export const adminLayer = <R>(plan: AdminPlan, announce: (address: string) => Effect.Effect<void, never, R>) => {
  const told = Layer.effectDiscard(Effect.flatMap(AdminSurface.address, announce))
  const on = (where: { readonly host: string; readonly port: number }) =>
    Layer.merge(AdminSurface.layer, told).pipe(Layer.provide(AdminServer.layer(where)))
  // An address that nobody asked for is no reason not to keep the fleet: any other port does as well.
  const served =
    plan.source === undefined
      ? Layer.catchTag(on(plan), "AdminUnavailable", () => Layer.merge(on({ ...plan, port: 0 }), elsewhere))
      : on(plan)
  return served.pipe(Layer.provideMerge(ground(plan)))
}
