import { Context } from "effect"

/** Time by which all of it must have been given back: once the fleet has drained, or when the Scope of the service that holds it closes. */
export type HeldUntil = "drained" | "closed"

/** Kind of thing that a service holds for others, as long as they need it. */
export interface HeldResource {
  /** Name of the things, in the plural. */
  readonly what: string
  readonly until: HeldUntil
  /** Counts those that it holds at this instant. */
  readonly count: () => number
}

/**
 * Register of what services hold for others: waiters, asks, observers. What is not given back is a leak that no fiber and no
 * timer shows. A simulation reads it; by default nobody does, and to register costs nothing.
 */
export const LeakAudit = Context.Reference<{ readonly add: (holding: HeldResource) => void }>(
  "botswain/services/LeakAudit",
  {
    defaultValue: () => ({ add: () => {} })
  }
)
