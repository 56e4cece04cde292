import { Effect } from "effect"
import { fleetLayer, type FleetPlan, fleetLayerWithBot } from "../../main/operatedFleet.ts"
import { loadBot } from "../botModule.ts"
import { adminUnavailable, badVariable } from "../flags/admin.ts"
import { asInvalid } from "../flags/invalid.ts"
import { badValue, type Given } from "../flags/option.ts"
import { orStopped } from "../Host.ts"
import { print } from "../terminal/Screen.ts"
import { runFleet } from "./runFleet.ts"
import { summary } from "./summary.ts"

/** Keeps the fleet of a server until the end, and prints a summary. `bot`: file of the module that handles messages. */
export const keepFleet = (plan: FleetPlan, bot: Given<string> | undefined) =>
  Effect.gen(function* () {
    const report = yield* bot === undefined ? runFleet(fleetLayer(plan)) : keepWithBot(plan, bot)
    yield* print(summary(report))
  }).pipe(
    Effect.catchTags({
      AdminUnavailable: (error) => asInvalid("run", adminUnavailable(plan.admin, error)),
      BadVariable: (error) => asInvalid("run", badVariable(error))
    })
  )

const keepWithBot = (plan: FleetPlan, { source, value }: Given<string>) =>
  orStopped(loadBot(value)).pipe(
    Effect.flatMap((bot) => runFleet(fleetLayerWithBot(plan, bot))),
    Effect.catchTag("BadBot", ({ file, problem }) =>
      asInvalid("run", Effect.fail(badValue(`${source} ${file}`, problem)))
    )
  )
