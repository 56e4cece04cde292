import { Effect } from "effect"
import { fleetLayer, type FleetPlan, fleetLayerWithBot } from "../../main/operatedFleet.ts"
import { adminUnavailable, badVariable } from "../flags/admin.ts"
import type { BotFlagsPlan } from "../flags/bot.ts"
import { asInvalid } from "../flags/invalid.ts"
import { badValue } from "../flags/option.ts"
import { type GivenStore, storeUnavailable } from "../flags/state.ts"
import { print, Screen } from "../terminal/Screen.ts"
import { linesOf } from "../terminal/Text.ts"
import { runFleet } from "./runFleet.ts"
import { summary } from "./summary.ts"

/** What a run has besides its fleet and its admin surface. */
export interface Beside {
  /** Bot that handles its messages. */
  readonly bot: BotFlagsPlan | undefined
  /** What keeps its roster and counters. */
  readonly state: GivenStore | undefined
}

/** Keeps the fleet of a server until the end, and prints a summary. */
export const keepFleet = (stateless: FleetPlan, { bot, state }: Beside) =>
  Effect.gen(function* () {
    const plan = { ...stateless, journal: state?.value }
    const report = yield* bot === undefined ? runFleet(fleetLayer(plan)) : keepWithBot(plan, bot)
    yield* print(summary(report))
  }).pipe(
    Effect.catchTags({
      AdminUnavailable: (error) => asInvalid("run", adminUnavailable(stateless.admin, error)),
      BadVariable: (error) => asInvalid("run", badVariable(error)),
      JournalFailed: (error) =>
        state === undefined ? Effect.die(error) : asInvalid("run", Effect.fail(storeUnavailable(state, error)))
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
