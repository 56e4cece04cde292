import type { StoredTeam } from "../../services/Journal.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import type { CheckedConnection } from "./CheckedConnection.ts"
import { TeamModel } from "./TeamModel.ts"

/** Fleet as it should be, derived from nothing but the frames that it has read. */
export class Model {
  readonly teams = new Map<TeamId, TeamModel>()
  /** Team of each URL that was offered. */
  readonly urls = new Map<string, TeamId>()
  readonly globals = new Set<CheckedConnection>()
  messages = 0
  props = 0
  /** True once the fleet is ending: by goodbye or by interruption. */
  ending = false

  /** Begins anew on what is stored: the teams are those that a journal has. */
  restore(stored: ReadonlyArray<StoredTeam>): void {
    this.teams.clear()
    for (const { id, generation, messages, props, wanted } of stored) {
      Object.assign(this.team(id), { wanted, generation, messages, props })
    }
  }

  /** Notes that all connections are gone, with the process that had them. */
  disconnect(): void {
    this.globals.clear()
    for (const { connections } of this.teams.values()) connections.clear()
  }

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
