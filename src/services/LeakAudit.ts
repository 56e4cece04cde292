import { Context } from "effect"

/** When all of it must have been given back: once the fleet has drained, or with the Scope of the service that holds it. */
export type HeldUntil = "drained" | "closed"

/** Something that a service holds for others, as long as they need it. */
export interface HeldResource {
  /** In the plural. */
  readonly what: string
  readonly until: HeldUntil
  /** How many it holds at this instant. */
  readonly count: () => number
}

/**
 * Where services tell what they hold for others: waiters, asks, observers, subscriptions. What none of them gives back is
 * a leak that no fiber and no timer shows. A simulation reads it; by default nobody does, and to tell costs nothing.
 */
export const LeakAudit = Context.Reference<{ readonly add: (holding: HeldResource) => void }>(
  "botswain/services/LeakAudit",
  {
    defaultValue: () => ({ add: () => {} })
  }
)
