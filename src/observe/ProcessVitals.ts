import { Context } from "effect"

/** Figures of the process. */
export interface Vitals {
  /** User and system CPU time, in seconds. */
  readonly cpu: number
  /** Resident memory, in bytes. */
  readonly resident: number
  /** Used heap, in bytes. */
  readonly heap: number
  /** Start of the process, in milliseconds since 1970. */
  readonly began: number
  /** Delay of the event loop, in seconds: of the last five seconds, the longest one of the last minute. */
  readonly lag: { readonly p50: number; readonly p99: number; readonly max: number }
  /** Share of the last five seconds that the event loop was busy, 0 to 1. */
  readonly utilization: number
}

/** Measures the process that the fleet runs in. */
export class ProcessVitals extends Context.Service<
  ProcessVitals,
  {
    /** Newest figures. Those of the event loop but the longest delay are renewed each five seconds, so that readers do not disturb each other. */
    readonly look: () => Vitals
  }
>()("botswain/observe/ProcessVitals") {}
