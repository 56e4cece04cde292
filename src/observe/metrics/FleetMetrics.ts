import { Effect, Layer } from "effect"
import type { Descriptors } from "../../services/Descriptors.ts"
import type { DialControl } from "../../services/dialing/DialControl.ts"
import type { GlobalLink } from "../../services/GlobalLink.ts"
import type { Ledger } from "../../services/ledger/Ledger.ts"
import type { Stats } from "../../services/Stats.ts"
import type { TeamRegistry } from "../../services/TeamRegistry.ts"
import type { ProcessVitals } from "../ProcessVitals.ts"
import { attemptMetrics } from "./attempts.ts"
import { botMetrics } from "./bot.ts"
import { connectionMetrics } from "./connections.ts"
import { nameMetrics } from "./names.ts"
import { processMetrics } from "./process.ts"
import { stateMetrics } from "./state.ts"
import { totalMetrics } from "./totals.ts"

/**
 * Registers the fleet's metrics in Effect's own registry, which Prometheus and OTLP read. Nothing is counted twice: values
 * are read from the fleet's services when somebody looks.
 *
 * To add a metric, define it and read it in the file of this folder that is about its source. An incident of `Stats` needs
 * one line in `totals.ts`.
 */
export const layer: Layer.Layer<
  never,
  never,
  Descriptors | DialControl | GlobalLink | Ledger | ProcessVitals | Stats | TeamRegistry
> = Layer.effectDiscard(
  Effect.all([attemptMetrics, botMetrics, connectionMetrics, nameMetrics, stateMetrics, totalMetrics, processMetrics], {
    discard: true
  })
)
