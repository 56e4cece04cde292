import { Effect } from "effect"
import { fleetLayer, type FleetPlan, fleetLayerWithBot } from "../../main/operatedFleet.ts"
import { adminUnavailable, badVariable } from "../flags/admin.ts"
import type { BotFlagsPlan } from "../flags/bot.ts"
import { asInvalid } from "../flags/invalid.ts"
import { badValue } from "../flags/option.ts"
import { print, Screen } from "../terminal/Screen.ts"
import { linesOf } from "../terminal/Text.ts"
import { runFleet } from "./runFleet.ts"
import { summary } from "./summary.ts"

/** Keeps the fleet of a server until the end, and prints a summary. `bot`: the bot that handles its messages. */
export const keepFleet = (plan: FleetPlan, bot: BotFlagsPlan | undefined) =>
  Effect.gen(function* () {
    const report = yield* bot === undefined ? runFleet(fleetLayer(plan)) : keepWithBot(plan, bot)
    yield* print(summary(report))
  }).pipe(
    Effect.catchTags({
      AdminUnavailable: (error) => asInvalid("run", adminUnavailable(plan.admin, error)),
      BadVariable: (error) => asInvalid("run", badVariable(error))
    })
  )

const keepWithBot = (plan: FleetPlan, { source, ...bot }: BotFlagsPlan) =>
  Effect.gen(function* () {
    const screen = yield* Screen
    // What a bot prints goes above the block, not into it.
    const printed = (stream: "stdout" | "stderr", line: string) =>
      stream === "stdout" ? screen.print(linesOf(line)) : screen.log(linesOf(line))
    return yield* runFleet(fleetLayerWithBot(plan, { ...bot, print: printed }))
  }).pipe(
    Effect.catchTag("BadBot", ({ file, problem }) =>
      asInvalid("run", Effect.fail(badValue(`${source} ${file}`, problem)))
    )
  )
