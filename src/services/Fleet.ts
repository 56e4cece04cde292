import { Context, type Effect } from "effect"
import type { TeamHealth } from "../wire/GlobalApi.ts"
import type { LedgerView } from "./ledger/Ledger.ts"
import type { Totals } from "./Stats.ts"
import type { Census } from "./TeamRegistry.ts"

/** State of the fleet at one instant. */
export interface FleetStatus {
  readonly global: "up" | "down"
  readonly census: Census
  readonly totals: Totals
  /** What is written to the journal, and what is not. */
  readonly journal: LedgerView
}

/** A running fleet. It runs as long as its layer's Scope is open; closing the Scope drains it. */
export class Fleet extends Context.Service<
  Fleet,
  {
    /** Waits until the server says goodbye, where that means the end of the run. The fleet then drains by itself. */
    readonly goodbye: Effect.Effect<void>
    /** Waits until the fleet has drained after a goodbye: every connection is closed. */
    readonly ended: Effect.Effect<void>
    readonly status: Effect.Effect<FleetStatus>
    /** Answers as a healthcheck would be answered at this instant. */
    readonly health: Effect.Effect<ReadonlyArray<TeamHealth>>
  }
>()("botswain/services/Fleet") {}
