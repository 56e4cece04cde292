import { Context, type Effect } from "effect"
import type { TeamHealth } from "../wire/GlobalApi.ts"
import type { Totals } from "./Stats.ts"
import type { Census } from "./TeamRegistry.ts"

/** The fleet at one instant. */
export interface FleetStatus {
  readonly global: "up" | "down"
  readonly census: Census
  readonly totals: Totals
}

/** A running fleet. It runs as long as its layer's Scope is open; closing the Scope drains it. */
export class Fleet extends Context.Service<
  Fleet,
  {
    /** Waits until the server has said goodbye, where that means the end of the run. */
    readonly goodbye: Effect.Effect<void>
    readonly status: Effect.Effect<FleetStatus>
    /** What a healthcheck is answered with at this instant. */
    readonly health: Effect.Effect<ReadonlyArray<TeamHealth>>
  }
>()("botswain/services/Fleet") {}
