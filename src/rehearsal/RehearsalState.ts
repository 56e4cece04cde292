import type { Redacted } from "effect"
import type { GlobalClientEvent, TeamHealth } from "../wire/GlobalApi.ts"
import type { TeamId } from "../wire/TeamId.ts"

/** Messages, and how many of them count as props. Rule: protocol row 19. */
export interface Tally {
  readonly messages: number
  readonly props: number
}

/** Record of what the server has seen of one team. Lists hold the newest 1,000. */
export interface TeamView {
  readonly id: TeamId
  readonly present: boolean
  /** Name or address, with the port where it is not the usual one, of the host that its URLs are on. */
  readonly host: string
  /** Tally of what was said on its sockets. */
  readonly said: Tally
  /**
   * Tally of what of it the client is known to have read: in memory at once, on real sockets after `settle` or an orderly end.
   */
  readonly delivered: Tally
  /** Open: from the handshake until the client's close frame, or the loss of the connection, is seen. */
  readonly openSockets: number
  /** The most that were open at one time. */
  readonly maxOpenSockets: number
  readonly opens: number
  readonly asks: number
  /** Asks and handshakes that were not answered at once by what was asked for, or that did not last, because of a rule. */
  readonly foiled: number
  /** Handshakes that came when it was absent. They get 403. */
  readonly dialsWhenAbsent: number
  /** `ping` events. */
  readonly pings: number
  readonly pingIds: ReadonlyArray<number | string>
  /** Pings of the WebSocket protocol. */
  readonly protocolPings: number
  /** Why frames of the client were no event. */
  readonly malformed: ReadonlyArray<string>
  /** Codes that the client closed its sockets with, 1006 where no close frame came. */
  readonly closeCodes: ReadonlyArray<number>
}

/** Record of what the server has seen on the Global API. Lists hold the newest 1,000. */
export interface GlobalView {
  readonly openSockets: number
  readonly maxOpenSockets: number
  readonly opens: number
  /** Handshakes that were not accepted at once, or whose connection did not last, because of a rule. */
  readonly foiled: number
  /** Of the newest handshake; names in lower case. */
  readonly headers: Readonly<Record<string, Redacted.Redacted>>
  readonly protocolPings: number
  readonly received: ReadonlyArray<GlobalClientEvent>
  readonly malformed: ReadonlyArray<string>
  readonly closeCodes: ReadonlyArray<number>
  /** Answers to healthchecks. */
  readonly healthchecks: ReadonlyArray<ReadonlyArray<TeamHealth>>
  /** All answers, not only those that are remembered. */
  readonly healthcheckCount: number
}

/** Outcome of a handshake. `abandoned`: the client gave up before it was answered. */
export type DialOutcome = "pending" | "accepted" | "refused" | "abandoned"

/** A handshake that reached the server. */
export interface DialView {
  /** A secret: the path of a URL that was handed out. */
  readonly path: Redacted.Redacted
  /** Whose URL it was; `undefined` for a path that leads nowhere. */
  readonly target: "global" | { readonly team: TeamId } | undefined
  /** Milliseconds of Effect's clock. */
  readonly at: number
  readonly outcome: DialOutcome
  /** The HTTP status of the answer; 0 while there is none. */
  readonly status: number
}

/** The handshakes that reached the server, Global's too. */
export interface DialsView {
  readonly total: number
  readonly accepted: number
  readonly refused: number
  readonly abandoned: number
  /** Not answered yet. */
  readonly inFlight: number
  readonly maxInFlight: number
  /** The newest 10,000. */
  readonly recent: ReadonlyArray<DialView>
}

/** State of the server, at the instant that it is read. */
export interface RehearsalState {
  /** Every team that ever joined. */
  readonly teams: ReadonlyMap<TeamId, TeamView>
  /** One team; for one that never joined, zeros. */
  readonly team: (id: TeamId) => TeamView
  readonly global: GlobalView
  readonly dials: DialsView
  /**
   * Tells why the client's next attempt at a connection might not succeed at once, or the connection not last, by the rules in
   * force; `undefined` if it would. A team's attempt is an ask and a dial.
   */
  readonly obstacleTo: (target: "global" | { readonly team: TeamId }) => string | undefined
  readonly presentTeams: number
  /** Teams with a socket open. */
  readonly connectedTeams: number
  /** Open sockets of all teams. */
  readonly openSockets: number
  /** The most that were open at one time for any one team: 1 if the client does it right. */
  readonly maxSocketsOfOneTeam: number
  /** Of all teams. */
  readonly said: Tally
  readonly delivered: Tally
}
