import { Schema } from "effect"
import type { JournalTrouble } from "../../services/Journal.ts"
import { TeamRow } from "./TeamView.ts"

// Times are milliseconds since 1970, spans are milliseconds.

/** Bot that runs apart from the fleet. Of the messages that it was offered, the counts and those that are held make the sum. */
export const BotView = Schema.Struct({
  state: Schema.Literals(["loading", "up", "down"]),
  since: Schema.Finite,
  restarts: Schema.Int,
  offered: Schema.Int,
  handled: Schema.Int,
  failed: Schema.Int,
  /** Dropped because there was no room for them. */
  overflow: Schema.Int,
  /** Given to it, when it ended and had not told of them. */
  lost: Schema.Int,
  /** Waiting for it, or with it. */
  held: Schema.Int,
  /** Why it is not up, for people. */
  trouble: Schema.NullOr(Schema.String)
})
export type BotView = typeof BotView.Type

/** What is kept of the fleet beyond the end of its process, and whether it is written. */
export const StateView = Schema.Struct({
  kind: Schema.Literals(["memory", "sqlite", "postgres", "custom"]),
  /** Kind of reason why nothing can be written. */
  reason: Schema.NullOr(
    Schema.Literals([
      "away",
      "full",
      "read-only",
      "in use",
      "taken over",
      "set back",
      "too new",
      "not a journal",
      "failed"
    ] satisfies ReadonlyArray<JournalTrouble>)
  ),
  /** The same as a line for people. */
  trouble: Schema.NullOr(Schema.String),
  /** Teams whose place or counts are not written, as of the last look. */
  unwritten: Schema.Int,
  /** Time at which all had been written last. */
  flushedAt: Schema.NullOr(Schema.Finite)
})
export type StateView = typeof StateView.Type

/** Fleet at one instant. */
export const FleetView = Schema.Struct({
  at: Schema.Finite,
  /** Start of this run; another one is another process. */
  began: Schema.Finite,
  version: Schema.String,
  /** Scheme, host and port of the Global endpoint. */
  server: Schema.String,
  ready: Schema.Boolean,
  readyShare: Schema.Finite,
  global: Schema.Struct({
    up: Schema.Boolean,
    since: Schema.NullOr(Schema.Finite),
    /** Why it is down: how the last connection ended, or why the last attempt failed. */
    reason: Schema.NullOr(Schema.String)
  }),
  teams: Schema.Struct({
    wanted: Schema.Int,
    departed: Schema.Int,
    /** Wanted teams that the platform has not named since it could have. */
    unconfirmed: Schema.Int,
    connected: Schema.Int,
    connecting: Schema.Int,
    denied: Schema.Int,
    retrying: Schema.Int,
    slow: Schema.Int
  }),
  totals: Schema.Struct({
    messages: Schema.Int,
    props: Schema.Int,
    connects: Schema.Int,
    drops: Schema.Int,
    dead: Schema.Int
  }),
  dials: Schema.Struct({ inFlight: Schema.Int, waiting: Schema.Int, asksWaiting: Schema.Int }),
  /** For want of what on its own machine teams wait, and what to do: a line for people. */
  shortage: Schema.NullOr(Schema.String),
  /** Why the fleet's answers to healthchecks do not get through, and what to do: a line for people. */
  refusal: Schema.NullOr(Schema.String),
  /** That joins are refused, since as many teams are kept as may be, and what to do: a line for people. */
  full: Schema.NullOr(Schema.String),
  /** What is kept beyond the end of the process, where anything is. */
  state: Schema.NullOr(StateView),
  /** The bot, where there is one. */
  bot: Schema.NullOr(BotView),
  /** True if there are verbs: a token is set. */
  operators: Schema.Boolean
})
export type FleetView = typeof FleetView.Type

/** Counts of a second or a minute that begins at `at`. `connected` is the number of connected teams at its end. */
export const Point = Schema.Struct({
  at: Schema.Finite,
  connects: Schema.Int,
  drops: Schema.Int,
  messages: Schema.Int,
  connected: Schema.Int
})
export type Point = typeof Point.Type

/** Newest part of the past, oldest first: by the second, and by the minute. */
export const Past = Schema.Struct({ seconds: Schema.Array(Point), minutes: Schema.Array(Point) })
export type Past = typeof Past.Type

/** Wanted teams that are failing: how many for each reason, and the first of them. */
export const Trouble = Schema.Struct({
  reasons: Schema.Array(Schema.Struct({ reason: Schema.String, teams: Schema.Int })),
  teams: Schema.Array(TeamRow)
})
export type Trouble = typeof Trouble.Type
