import { Context } from "effect"

/** How the process is doing. */
export interface Vitals {
  /** User and system CPU time, in seconds. */
  readonly cpu: number
  /** Resident memory and used heap, in bytes. */
  readonly resident: number
  readonly heap: number
  /** When the process began, in milliseconds since 1970. */
  readonly began: number
  /** Delay of the event loop in the last seconds, in seconds. */
  readonly lag: { readonly p50: number; readonly p99: number; readonly max: number }
  /** Share of the last seconds that the event loop was busy, 0 to 1. */
  readonly utilization: number
}

/** The process that the fleet runs in. */
export class ProcessVitals extends Context.Service<
  ProcessVitals,
  {
    /** A look that is at most a few seconds old, so that many readers do not disturb each other. */
    readonly look: () => Vitals
  }
>()("botswain/observe/ProcessVitals") {}
