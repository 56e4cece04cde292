import { Effect } from "effect"
import { CliError } from "effect/cli"
import type { SettingsValues } from "../../../services/Settings.ts"
import { loadBot } from "../botModule.ts"
import { asInvalid } from "../flags/invalid.ts"
import type { Given } from "../flags/option.ts"
import { orStopped } from "../Host.ts"
import { print } from "../terminal/Screen.ts"
import { fleetLayer, fleetLayerWithBot } from "./fleetLayer.ts"
import { runFleet } from "./runFleet.ts"
import { summary } from "./summary.ts"

/** Keeps the fleet of a server until the end, and prints a summary. `bot`: the file of the module that handles messages. */
export const keep = (settings: SettingsValues, bot: Given<string> | undefined) =>
  Effect.gen(function* () {
    const report = yield* bot === undefined ? runFleet(fleetLayer(settings)) : keepWithBot(settings, bot)
    yield* print(summary(report).join("\n"))
  })

const keepWithBot = (settings: SettingsValues, { source, value }: Given<string>) =>
  orStopped(loadBot(value)).pipe(
    Effect.flatMap((bot) => runFleet(fleetLayerWithBot(settings, bot))),
    Effect.catchTag("BadBot", ({ file, problem }) =>
      asInvalid("run", Effect.fail(new CliError.ValidationError({ message: `${source} ${file}: ${problem}` })))
    )
  )
