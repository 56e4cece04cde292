import type { GlobalServerEvent } from "../../wire/GlobalApi.ts"
import type { TeamId } from "../../wire/TeamId.ts"
import type { CheckedConnection } from "./CheckedConnection.ts"

/** What the platform has named, denied and offered in a life of the fleet. Times are milliseconds of virtual time. */
export class Denials {
  /** Global connection that a team was named on last. */
  readonly #namedOn = new Map<TeamId, CheckedConnection>()
  /** First error about a team since it was named. */
  readonly #deniedAt = new Map<TeamId, number>()
  /** Teams that have been tried sooner because of an offer to another, since they were named. */
  readonly #retried = new Set<TeamId>()
  #offeredAt = -Infinity
  #connection: CheckedConnection | undefined

  read(connection: CheckedConnection, event: GlobalServerEvent | undefined, now: number): void {
    this.#connection = connection
    if (event?.type === "team.join" || event?.type === "team.connect") {
      this.#namedOn.set(event.team_id, connection)
      this.#deniedAt.delete(event.team_id)
      this.#retried.delete(event.team_id)
      if (event.type === "team.connect") this.#offeredAt = now
    } else if (event?.type === "error" && event.team_id != null && !this.#deniedAt.has(event.team_id)) {
      this.#deniedAt.set(event.team_id, now)
    }
  }

  /** True for a team that the platform has denied, and that it may have forgotten: it has not named it on this connection. */
  mayBeDenied(team: TeamId): boolean {
    return this.#deniedAt.has(team) && this.#namedOn.get(team) !== this.#connection
  }

  /**
   * Takes the leave of a team to be tried sooner than the back-off says because of an offer that has come since then. The first after it
   * was denied tells that the platform does not deny everybody, and ends its slow wait: so there is one, until the team is named.
   */
  takeRetry(team: TeamId, since: number): boolean {
    const deniedAt = this.#deniedAt.get(team) ?? Infinity
    if (!this.mayBeDenied(team) || this.#retried.has(team) || this.#offeredAt < Math.max(since, deniedAt)) return false
    this.#retried.add(team)
    return true
  }

  /** True if a team may be let go: it has been denied for so long, and others were made offers meanwhile. */
  mayDepart(team: TeamId, now: number, after: number): boolean {
    const since = this.#deniedAt.get(team) ?? Infinity
    return this.mayBeDenied(team) && now - since >= after && this.#offeredAt >= since
  }
}
