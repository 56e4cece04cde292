import { Deferred, Effect } from "effect"
import type { TeamId } from "../wire/TeamId.ts"

/** Readers at the same time, at most. */
export const mostReaders = 32
/** Time after which a reader that has been given something and does not come for more has stopped. In milliseconds. */
const stoppedAfter = 1_000

/** Teams that a reader is owed at most: teams come and go, and are owed until it reads. */
const mostChanged = 65_536

/**
 * One reader of the feed, and its backlog: which teams have changed, not how often. However slow a reader is, it holds one
 * entry a team, and the next cell that it reads is how the team is by then. Times are of `monotonicMillis`.
 */
export interface Reader {
  changed: Set<TeamId>
  /** True if more teams have changed than it can be owed: it is owed everything anew. */
  isBehind: boolean
  /** Time of its newest event of the whole fleet. */
  tickAt: number
  /** Time at which it was given something, until it comes for more. */
  givenAt: number | undefined
  /** Done when another reader has taken its place. */
  readonly displaced: Deferred.Deferred<void>
}

/**
 * Readers of the feed, so many at most. One more displaces the one that stopped reading first, and where none has, the one
 * that has been there for longest: so nobody is locked out by readers that others have forgotten, or opened to that end.
 */
export class FeedReaders {
  readonly #readers = new Set<Reader>()

  get size(): number {
    return this.#readers.size
  }

  add(now: number): Reader {
    if (this.#readers.size >= mostReaders) this.#displace(now)
    const reader: Reader = {
      changed: new Set(),
      isBehind: false,
      tickAt: now,
      givenAt: undefined,
      displaced: Deferred.makeUnsafe<void>()
    }
    this.#readers.add(reader)
    return reader
  }

  remove(reader: Reader): void {
    this.#readers.delete(reader)
  }

  /** Notes for every reader that a team has changed. */
  note(id: TeamId): void {
    for (const reader of this.#readers) {
      if (reader.isBehind) continue
      reader.changed.add(id)
      if (reader.changed.size <= mostChanged) continue
      reader.changed = new Set()
      reader.isBehind = true
    }
  }

  #displace(now: number): void {
    let chosen: Reader | undefined
    for (const reader of this.#readers) {
      const { givenAt = Infinity } = reader
      if (now - givenAt >= stoppedAfter && givenAt < (chosen?.givenAt ?? Infinity)) chosen = reader
    }
    const [eldest] = this.#readers
    const displaced = chosen ?? eldest
    if (displaced === undefined) return
    this.#readers.delete(displaced)
    Deferred.doneUnsafe(displaced.displaced, Effect.void)
  }
}
