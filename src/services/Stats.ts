import { Context, type Effect } from "effect"
import type { TeamId } from "../wire/TeamId.ts"
import type { Violation } from "./Violation.ts"

/** Counts of what one team has said. Rule: protocol row 19. */
export interface TeamCounts {
  readonly messages: number
  readonly props: number
}

/** Counts one team's messages: the handle that a connection holds, so that a message costs no look-up. */
export interface TeamCounter extends TeamCounts {
  /** Counts a message as it is received. */
  readonly count: (text: string) => void
}

/** Things that are tallied besides messages: a name for each that is opened, dropped, refused or lost. */
export type Incident =
  | "frame.unknown-type"
  | "frame.malformed.not-json"
  | "frame.malformed.no-type"
  | "frame.malformed.bad-fields"
  | `violation.${Violation}`
  | "join.refused"
  | "offer.refused"
  | "offer.after-left"
  | "offer.unknown-team"
  | "offer.not-asked"
  | "ask.unanswered"
  | "ask.error"
  | "dial.failed"
  | "circuit.opened"
  | "connection.opened"
  | "connection.dropped"
  | "connection.refused"
  | "connection.dead"
  | "global.opened"
  | "global.dropped"
  | "global.error"
  | "healthcheck.answered"
  | "healthcheck.refused"
  | "healthcheck.unwritten"
  | "team.disowned"
  | "inbox.overflow"
  | "bot.failed"
  | "bot.lost"
  | "bot.restarted"
  | "operator.refused"

/** Counts of the whole fleet in this run. */
export interface Totals extends TeamCounts {
  readonly incidents: Readonly<Partial<Record<Incident, number>>>
}

/**
 * The counters of a fleet. A team's counts live on across its reconnects and re-joins, and with a journal across runs, until
 * it is forgotten.
 */
export class Stats extends Context.Service<
  Stats,
  {
    /** The counter of a team, made at first use; the same one until the team is forgotten. */
    readonly counter: (team: TeamId) => TeamCounter
    /** A team's counts at this instant; zero for one that is not known. Synchronous, so that a snapshot is of one instant. */
    readonly counts: (team: TeamId) => TeamCounts
    /** Begins a team's counts where an earlier run ended them. The fleet's totals are those of this run, and stay. */
    readonly seed: (team: TeamId, counts: TeamCounts) => void
    /** Drops the counts of a team. The fleet's totals keep them. */
    readonly forget: (team: TeamId) => void
    /** Tallies an incident, once unless `times` says more. Synchronous, because connections tally from their callbacks. */
    readonly tally: (incident: Incident, times?: number) => void
    readonly totals: Effect.Effect<Totals>
    /** Reads {@link totals} at once. */
    readonly totalsUnsafe: () => Totals
  }
>()("botswain/services/Stats") {}
