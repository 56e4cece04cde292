import { Effect } from "effect"
import type { JournalFault, JournalMemory } from "../../rehearsal/memory/JournalMemory.ts"

/**
 * Milliseconds for which the fleet may not have written what has changed, after the last fault of its journal: the longest wait
 * between two attempts, half a minute and a fifth of it, and a few seconds.
 */
const unwrittenFor = 40_000
/** Milliseconds that a healthcheck waits for its journal, at most, and a few more. */
const heldUpFor = 2_100
/** Milliseconds for which a write may take longer that had begun while the journal was at fault. */
const slowFor = 10_000

/** Journal of a fleet in a simulation, and when it has been at fault. */
export class JournalWatch {
  readonly memory: JournalMemory
  readonly #activeTime: () => number
  /** Active time at which the last fault was over. */
  #faultyUntil = -Infinity
  /** Active time from which on it {@link mayLack}, as long as it does. */
  #lackingSince = -Infinity

  constructor(memory: JournalMemory, activeTime: () => number) {
    this.memory = memory
    this.#activeTime = activeTime
  }

  /** A fleet that starts has nothing that it could not write before. */
  lifeBegins(): void {
    this.#faultyUntil = -Infinity
  }

  /** Lets the journal be at fault, or whole again. */
  fault(fault: JournalFault | undefined): Effect.Effect<void> {
    return Effect.suspend(() => {
      if (!this.mayLack) this.#lackingSince = this.#activeTime()
      if (this.memory.faulty() !== undefined) this.#faultyUntil = this.#activeTime()
      return this.memory.fault(fault)
    })
  }

  /** True while the fleet may have changes that are not written, since the journal is at fault or has been lately. */
  get mayLack(): boolean {
    return this.memory.faulty() !== undefined || this.#activeTime() - this.#faultyUntil < unwrittenFor
  }

  /**
   * True if what has changed at that active time may not be written: it has just been, or the journal has been at fault then or
   * lately, and has not been whole for long enough since.
   */
  mayLackSince(changedAt: number): boolean {
    return changedAt >= (this.mayLack ? this.#lackingSince : this.#activeTime())
  }

  /** True while the journal may hold up an answer to a healthcheck, and the first ask of a team. */
  get mayHoldUp(): boolean {
    return this.memory.faulty() !== undefined || this.#activeTime() - this.#faultyUntil < slowFor
  }
}

/** Milliseconds for which it may hold that up. */
export const heldUp = (journal: JournalWatch | undefined): number => (journal?.mayHoldUp === true ? heldUpFor : 0)
