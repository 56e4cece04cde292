import { Context, type Effect } from "effect"

/** What is left of the fleet's program: both are zero once it has ended. */
export interface Remains {
  /** Fibers that have begun and not ended. */
  readonly fibers: number
  /** Timers that have not struck and are not cancelled. */
  readonly timers: number
}

/**
 * The time of a simulation. Two programs live in it, each with an event loop of its own: the world (the server, the
 * network, the weather) and the fleet. Time passes when neither has anything left to do at the present instant, and
 * then it passes at once.
 */
export class VirtualTime extends Context.Service<
  VirtualTime,
  {
    /** Milliseconds since the simulation began. */
    readonly now: () => number
    /** Runs an effect, with all that it forks, as a part of the fleet's program. */
    readonly inFleet: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
    /**
     * The fleet's event loop stands still for so many milliseconds: it runs nothing, its timers are late, and what
     * arrives for it waits in buffers. Then its timers strike before it reads, or after it. A second stall adds to the first.
     */
    readonly stall: (millis: number, first: "timers" | "frames") => void
    /** Milliseconds that the fleet has stood still so far. */
    readonly stalled: () => number
    /** How often it has stood still. */
    readonly stalls: () => number
    /** True while it does. */
    readonly isStalled: () => boolean
    /** Runs when the fleet gets to read: at once, or at the end of a stall. In order. */
    readonly read: (action: () => void) => void
    /** Whether something that has arrived waits to be read. */
    readonly hasUnread: () => boolean
    /** Calls back at the end of each instant: when nothing more can happen without time passing. */
    readonly atEndOfInstant: (check: () => void) => void
    readonly remains: () => Remains
  }
>()("botswain/simulation/time/VirtualTime") {}
