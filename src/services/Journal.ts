import { Context, Data, Effect } from "effect"
import type { TeamId } from "../wire/TeamId.ts"
import type { TeamCounts } from "./Stats.ts"

/** Kinds of what keeps a journal: nothing, this process, a file, a database, or something of an app's own. */
export type JournalKind = "none" | "memory" | "sqlite" | "postgres" | "custom"

/** Reasons why a journal was not opened, read or written. */
export type JournalTrouble =
  /** It cannot be reached, or does not answer. */
  | "away"
  /** There is no room for more. */
  | "full"
  /** It can be read, but not written. */
  | "read-only"
  /** Another process keeps its fleet in it. */
  | "in use"
  /** Another process has taken it over: what this one writes is refused from now on. */
  | "taken over"
  /** It has lost what was written to it: a backup was put back, or a standby took over. Told once: then it is written again. */
  | "set back"
  /** It was written by a version of Botswain that is newer than this one. */
  | "too new"
  /** It is no journal: a file of another kind, or tables of somebody else. */
  | "not a journal"
  /** Anything else: `detail` says what. */
  | "failed"

/** A journal was not opened, read or written. `detail` is for a log: it holds no URL and no password. */
export class JournalFailed extends Data.TaggedError("JournalFailed")<{
  readonly reason: JournalTrouble
  readonly detail: string
}> {
  override get message() {
    return this.reason === "failed" ? this.detail : `${this.reason}: ${this.detail}`
  }
}

/** Place of a team in the roster. */
export interface Place {
  /** Desired state: between a join and the next left. */
  readonly wanted: boolean
  /** Counts the joins that made it wanted. */
  readonly generation: number
}

/** A change of the roster: where a team stands now; `undefined` for one that is forgotten. */
export interface RosterChange {
  readonly id: TeamId
  readonly place: Place | undefined
}

/** Counts of a team, as they are at one instant. */
export interface CountsOf extends TeamCounts {
  readonly id: TeamId
}

/** A team as it is stored. */
export interface StoredTeam extends CountsOf, Place {}

/** What a fleet keeps of itself beyond its end. */
export interface JournalShape {
  readonly kind: JournalKind
  /** Every team that was stored when the journal was opened, in the order in which their places last changed. Given once: then empty. */
  readonly stored: Effect.Effect<ReadonlyArray<StoredTeam>>
  /**
   * Writes where teams stand, all or none, in that order. A team that is new begins with no counts. A write that fails with
   * "set back" has found older places and counts than were written: all of them are to be written again.
   */
  readonly writeRoster: (changes: ReadonlyArray<RosterChange>) => Effect.Effect<void, JournalFailed>
  /**
   * Writes the counts of teams. They are absolute, so that to write them again changes nothing, and never go back: what is
   * stored stays where it is greater. A team that is not stored is passed over.
   */
  readonly writeCounts: (counts: ReadonlyArray<CountsOf>) => Effect.Effect<void, JournalFailed>
}

const nothing: JournalShape = {
  kind: "none",
  stored: Effect.succeed([]),
  writeRoster: () => Effect.void,
  writeCounts: () => Effect.void
}

/**
 * Journal of a fleet: roster and counters, kept beyond the end of the process. By default nothing is kept. One process at a
 * time has a journal; who opens it while another has it fails.
 */
export const Journal = Context.Reference<JournalShape>("botswain/services/Journal", { defaultValue: () => nothing })
