import { Context, type Effect, type Stream } from "effect"
import type { JournalFailed, JournalKind, StoredTeam } from "./Journal.ts"
import type { TeamCounts } from "./Stats.ts"

/** What is in a journal, in a few numbers. */
export interface JournalSummary extends TeamCounts {
  readonly kind: JournalKind
  /** Version of its tables. */
  readonly schemaVersion: number
  /** Teams that are wanted. */
  readonly wanted: number
  /** Teams that have departed, and are not forgotten. */
  readonly departed: number
  /** Time of the last flush of counts in milliseconds since 1970; `undefined` if there was none. */
  readonly flushedAt: number | undefined
  /** How often it was opened by a process that writes. */
  readonly epoch: number
  /** True while a process has it. */
  readonly isHeld: boolean
}

/** A journal that is looked at, while a fleet may run on it. Nothing is made or changed. */
export class JournalArchive extends Context.Service<
  JournalArchive,
  {
    readonly summary: Effect.Effect<JournalSummary, JournalFailed>
    /**
     * Every team, in pages, in the order in which their places last changed. A team whose place changes meanwhile may come
     * twice: then the later one stands.
     */
    readonly teams: Stream.Stream<ReadonlyArray<StoredTeam>, JournalFailed>
  }
>()("botswain/services/JournalArchive") {}
