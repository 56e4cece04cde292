import { Context, type Effect, type Scope, type Stream } from "effect"
import type { TeamId } from "../wire/TeamId.ts"
import type { Turn } from "./dialing/Turn.ts"
import type { Place } from "./Journal.ts"
import type { Peer } from "./KeepAlive.ts"
import type { TeamCounts } from "./Stats.ts"
import { failuresOf, type TeamState, type Transport } from "./TeamState.ts"

/** A team that has joined, in this run or in one before that is in the journal. A live view: the registry changes it. */
export interface Team extends Place {
  readonly id: TeamId
  readonly state: TeamState
  /**
   * False for a team out of the journal until the platform names it again, by a join or an offer; and for one that the
   * platform did not name when it repeated its joins on a new Global connection. Rule: protocol row 24.
   */
  readonly isConfirmed: boolean
  /**
   * Time since which the platform has denied an unconfirmed team, by an error for an answer to its asks: milliseconds of the
   * monotonic clock. Rule: protocol row 24.
   */
  readonly deniedSince: number | undefined
  /**
   * Transport of its state, where it has one. It and the counts stand here for who looks at every team of a fleet: a
   * healthcheck costs what memory it touches. Without a look-up and a link between, 5,000 teams take 0.9 ms, not 1.6.
   */
  readonly transport: Transport | undefined
  /** Counts of what the team has said, up to this instant. */
  readonly counts: TeamCounts
}

/** A connection that a session holds: one that is up, or is being opened. */
export interface HeldConnection extends Peer {
  /** Closes it: a close handshake, and after `bound` milliseconds the hard way. */
  readonly hangUp: (bound: number) => Effect.Effect<void>
}

/** One team's session, from a join or a restart to the next left or restart: what its fiber runs for. */
export interface TeamSession {
  readonly team: Team
  /** The generation of the team that it belongs to. */
  readonly generation: number
  /** Connection, from the first byte of its handshake on: whatever ends the session finds here what to hang up. */
  connection: HeldConnection | undefined
  /** What dial control knows of it. */
  readonly turn: Turn
  /** Connections in a row that the server has closed right after opening with an application's own close code. */
  rejections: number
}

/** A change of a team's observed state. */
export interface Transition {
  readonly team: Team
  readonly id: TeamId
  readonly generation: number
  readonly from: TeamState
  readonly to: TeamState
  /** Milliseconds of Effect's clock. */
  readonly at: number
  /** Reason, where the states do not tell: a leave, a restart, the end of the fleet. */
  readonly cause?: string | undefined
}

/** Numbers of teams. All but `departed` are of the wanted ones. */
export interface Census {
  readonly wanted: number
  readonly departed: number
  readonly connected: number
  /** Teams that are not connected, and have a failed attempt behind them (the slow lane included). */
  readonly failing: number
  readonly slowRetry: number
  /** Teams that the platform has yet to name again. */
  readonly unconfirmed: number
  /** Unconfirmed teams that are not connected since the platform denies them: that is no fault. */
  readonly denied: number
}

/** True if the team's WebSocket is open at this instant. Rule: protocol row 18. */
export const isConnected = ({ transport }: Team): boolean => transport !== undefined && transport.isOpen()

/** True for a team that the platform denies. */
export const isDenied = (team: Team): boolean => team.deniedSince !== undefined && !team.isConfirmed

/**
 * Number of teams that can be expected to be connected: the wanted ones, but for those that the platform denies. One that lets
 * nobody in denies none of them: it may be down, or want another token. Rule: protocol row 24.
 */
export const expectedOf = ({ connected, denied, wanted }: Pick<Census, "connected" | "denied" | "wanted">): number =>
  connected === 0 ? wanted : wanted - denied

/** Counts teams. */
export const censusOf = (teams: Iterable<Team>): Census => {
  const census = { wanted: 0, departed: 0, connected: 0, failing: 0, slowRetry: 0, unconfirmed: 0, denied: 0 }
  for (const team of teams) {
    if (!team.wanted) {
      census.departed++
      continue
    }
    census.wanted++
    if (!team.isConfirmed) census.unconfirmed++
    if (isConnected(team)) census.connected++
    else if (isDenied(team)) census.denied++
    else if (failuresOf(team.state) > 0) census.failing++
    if (team.state._tag === "SlowRetry") census.slowRetry++
  }
  return census
}

/**
 * Keeps the roster: which teams are wanted, what each one's connection is doing, and a fiber for each wanted team. The effect
 * that a fiber runs is handed to `supervise`. Rule: protocol rows 3, 5 and 17.
 */
export class TeamRegistry extends Context.Service<
  TeamRegistry,
  {
    /**
     * Runs `life` in a fiber for each team as long as it is wanted, until the Scope closes: then all are interrupted, and
     * waited for. At no time do two lives of one team overlap: a re-join waits for the end of the session before. `missed`
     * runs in place of a life whose session is over before it has begun: no finalizer of the life has been added yet.
     */
    readonly supervise: <R, R2 = never>(
      life: (session: TeamSession) => Effect.Effect<never, never, R>,
      missed?: (session: TeamSession) => Effect.Effect<void, never, R2>
    ) => Effect.Effect<void, never, R | R2 | Scope.Scope>
    /**
     * Makes a team wanted. For one that is wanted already, wakes it from the slow lane and changes nothing else. False if
     * there are as many as are kept at once: then it is as if nobody had said it.
     */
    readonly join: (id: TeamId) => Effect.Effect<boolean>
    /** Puts a team in its place as an earlier run left it, unconfirmed if it is wanted. Before `supervise`, for teams that are not known. */
    readonly restore: (id: TeamId, place: Place) => void
    /** Learns that there is a new Global connection. On each the platform may repeat its joins. */
    readonly globalOpened: () => void
    /** Confirms a team: the platform has named it in another way than by a join. */
    readonly confirm: (id: TeamId) => void
    /**
     * Learns that the platform has denied a team: it has answered its ask with an error. Gives the time since which it does;
     * `undefined` for a team that is confirmed, whose error is a failure like any other.
     */
    readonly deny: (id: TeamId) => number | undefined
    /** Makes a team unwanted and interrupts its life, without waiting for that. Idempotent. */
    readonly leave: (id: TeamId) => Effect.Effect<void>
    /**
     * Ends a wanted team's life, whatever it is doing, and begins it anew with no failure behind it. False for a team that
     * is not wanted, or has no life to end. Does not wait.
     */
    readonly restart: (id: TeamId, cause: string) => Effect.Effect<boolean>
    /** Ends a team's wait in the slow lane, if it is there. */
    readonly wake: (id: TeamId) => Effect.Effect<void>
    /** Ends a team's wait for its next attempt, in the slow lane or before: what it failed of is over. */
    readonly retryNow: (id: TeamId) => Effect.Effect<void>
    /**
     * Learns that the platform has made an offer. Ends the wait in the slow lane of each team that it has begun to deny since the
     * offer before: it may have answered everybody with errors, and do so no more.
     */
    readonly offerMade: () => void
    /** Ends the wait of every team in the slow lane. */
    readonly wakeAll: Effect.Effect<void>
    /**
     * Records what the connection of a session is doing, in the instant that it happens. Ignored if the team has left, or
     * has another generation.
     */
    readonly enter: (session: TeamSession, state: TeamState) => void
    readonly find: (id: TeamId) => Team | undefined
    /** Every team that has joined, in this run or one before, and is not forgotten, ordered by id. Synchronous: one instant. */
    readonly roster: () => ReadonlyArray<Team>
    /** The same teams in no order: a roster is sorted anew after each join, which takes 50 ms for 100,000 teams, and not 0.5. */
    readonly teams: () => ReadonlyArray<Team>
    readonly census: Effect.Effect<Census>
    /**
     * Calls the observer with each transition, as it happens, until the Scope closes: none is lost, and none is late. It
     * must be quick, must not throw, and must not come back to the registry's verbs.
     */
    readonly observe: (observer: (transition: Transition) => void) => Effect.Effect<void, never, Scope.Scope>
    /** Calls the observer, likewise, with each team that is made wanted or unwanted, or is forgotten: `find` tells which. */
    readonly observePlaces: (observer: (id: TeamId) => void) => Effect.Effect<void, never, Scope.Scope>
    /** Transitions from now on. A reader that is slow loses the oldest of them. */
    readonly changes: Stream.Stream<Transition>
  }
>()("botswain/services/TeamRegistry") {}
