import type { Tally } from "../../rehearsal/RehearsalState.ts"
import { hasProps } from "../../services/Stats.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import type { CheckedConnection } from "./CheckedConnection.ts"

/** What the fleet has been told of a team, and what its sockets have carried. */
export class TeamModel {
  readonly id: TeamId
  /** Between a join and the next left that the fleet has read. */
  wanted = false
  /** Counts the joins that made it wanted. */
  stay = 0
  messages = 0
  props = 0
  /** Whether the fleet has to remember it, must have forgotten it, or may do either. */
  memory: "certain" | "in doubt" | "forgotten" = "certain"
  /** What was counted before it came back, while that may have been forgotten. */
  #doubted: Tally | undefined = undefined
  /** Those that have not ended. */
  readonly connections = new Set<CheckedConnection>()

  constructor(id: TeamId) {
    this.id = id
  }

  count(text: string): void {
    this.messages++
    if (hasProps(text)) this.props++
  }

  /** What the fleet may have counted: one tally, or one of two. */
  get tallies(): readonly [Tally, ...ReadonlyArray<Tally>] {
    const { messages, props } = this
    const doubted = this.#doubted
    if (doubted === undefined) return [{ messages, props }]
    return [
      { messages, props },
      { messages: messages - doubted.messages, props: props - doubted.props }
    ]
  }

  get isDoubted(): boolean {
    return this.#doubted !== undefined
  }

  /** What has been counted so far may be forgotten. */
  doubtCounts(): void {
    this.#doubted = { messages: this.messages, props: this.props }
  }

  /** This is what is counted from now on: one of {@link tallies}. */
  trustCounts({ messages, props }: Tally = this): void {
    this.messages = messages
    this.props = props
    this.#doubted = undefined
  }

  /** The connection that is open, as the fleet may know it at this instant. */
  get isConnected(): boolean {
    for (const connection of this.connections) if (connection.openedAt !== undefined && connection.isOpen()) return true
    return false
  }
}

/** The fleet as it should be, made of nothing but the frames that it has read. */
export class Model {
  readonly teams = new Map<TeamId, TeamModel>()
  /** Where the URL of each offer leads, as far as the fleet can know. */
  readonly urls = new Map<string, TeamId>()
  readonly globals = new Set<CheckedConnection>()
  messages = 0
  props = 0
  /** Goodbye or interruption has begun. */
  ending = false

  team(id: TeamId): TeamModel {
    const known = this.teams.get(id)
    if (known !== undefined) return known
    const team = new TeamModel(id)
    this.teams.set(id, team)
    return team
  }

  connectionsOf(connection: CheckedConnection): Set<CheckedConnection> {
    return connection.team === undefined ? this.globals : this.team(connection.team).connections
  }

  *connections(): Iterable<CheckedConnection> {
    yield* this.globals
    for (const team of this.teams.values()) yield* team.connections
  }
}
