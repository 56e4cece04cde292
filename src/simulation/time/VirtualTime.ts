import { Context, type Effect } from "effect"

/** Rest of the fleet's program: both are zero once it has ended. */
export interface Remains {
  /** Number of fibers that have begun and not ended. */
  readonly fibers: number
  /** Number of timers that have not fired and are not cancelled. */
  readonly timers: number
}

/**
 * Virtual time of a simulation. Two programs run in it, each with an event loop of its own: the world (the server, the
 * network, the faults) and the fleet. Time passes when neither has anything left to do at the present instant, and then it
 * passes at once.
 */
export class VirtualTime extends Context.Service<
  VirtualTime,
  {
    /** Milliseconds since the simulation began. */
    readonly now: () => number
    /** Runs an effect, with all that it forks, as a part of the fleet's program. */
    readonly inFleet: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
    /**
     * Stalls the fleet's event loop for so many milliseconds: it runs nothing, its timers are late, and what arrives for it
     * waits in buffers. Then its timers fire before it reads, or after it. A second stall adds to the first.
     */
    readonly stall: (millis: number, first: "timers" | "frames") => void
    /**
     * Kills the fleet's process, in the middle of whatever it does: none of its fibers goes on, not even to clear up, and none of
     * its timers fires. What is run in the fleet from now on is of another process.
     */
    readonly killFleet: () => void
    /** Milliseconds for which the fleet has been stalled so far. */
    readonly stalledMillis: () => number
    /** Number of stalls so far. */
    readonly stallCount: () => number
    /** True while the fleet is stalled, or has not read yet what arrived meanwhile. */
    readonly isStalled: () => boolean
    /** Runs an action when the fleet gets to read: at once, or at the end of a stall. In order. */
    readonly read: (action: () => void) => void
    /** True if something that has arrived waits to be read. */
    readonly hasUnread: () => boolean
    /** Calls back at the end of each instant: when nothing more can happen without time passing. */
    readonly atEndOfInstant: (check: () => void) => void
    readonly remains: () => Remains
  }
>()("botswain/simulation/time/VirtualTime") {}
