import type { Fiber } from "effect"
import type { Stats, TeamCounts } from "../services/Stats.ts"
import type { Team } from "../services/TeamRegistry.ts"
import { TeamState, type Transport } from "../services/TeamState.ts"
import { compareTeamIds, type TeamId } from "../wire/TeamId.ts"

/** Team of the roster, with the fiber that runs for it. */
export class TeamEntry implements Team {
  readonly id: TeamId
  wanted = false
  generation = 0
  state: TeamState = TeamState.Departed()
  transport: Transport | undefined = undefined
  readonly counts: TeamCounts
  /** Fiber of the latest session, until it has ended. */
  life: Fiber.Fiber<never> | undefined = undefined

  constructor(id: TeamId, counts: TeamCounts) {
    this.id = id
    this.counts = counts
  }
}

/** Bounds of a roster. */
export interface RosterBounds {
  /** Teams that are wanted at once, and as many again whose connection is still being closed. */
  readonly maxTeams: number
  readonly rememberDeparted: number
}

/** Teams that have joined in this run. Departed ones beyond a number are forgotten, oldest first. Rule: protocol row 17. */
export class TeamRoster {
  readonly #teams = new Map<TeamId, TeamEntry>()
  /** Departed teams, in the order of their departure. */
  readonly #departed = new Set<TeamEntry>()
  /** All teams in order, made when it is asked for and kept until a team is added or forgotten. */
  #ordered: ReadonlyArray<TeamEntry> | undefined = undefined
  #wanted = 0
  readonly #stats: Stats["Service"]
  readonly #bounds: RosterBounds

  constructor(stats: Stats["Service"], bounds: RosterBounds) {
    this.#stats = stats
    this.#bounds = bounds
  }

  find(id: TeamId): TeamEntry | undefined {
    return this.#teams.get(id)
  }

  /** Every team, in the order in which they have joined first. */
  all(): MapIterator<TeamEntry> {
    return this.#teams.values()
  }

  /** Every team, ordered by id. */
  ordered(): ReadonlyArray<TeamEntry> {
    return (this.#ordered ??= Array.from(this.#teams.values()).sort((a, b) => compareTeamIds(a.id, b.id)))
  }

  /** Finds a team that is not wanted, or adds it, and begins a generation in which it is wanted; `undefined` if it is full. */
  enrol(id: TeamId): TeamEntry | undefined {
    const leaving = this.#teams.size - this.#departed.size - this.#wanted
    const { maxTeams } = this.#bounds
    if (this.#wanted >= maxTeams || leaving > maxTeams) return undefined
    const known = this.#teams.get(id)
    const entry = known ?? new TeamEntry(id, this.#stats.counter(id))
    if (known === undefined) {
      this.#teams.set(id, entry)
      this.#ordered = undefined
    }
    this.#departed.delete(entry)
    entry.wanted = true
    entry.generation++
    this.#wanted++
    return entry
  }

  /** Ends what {@link enrol} has begun: the team is wanted no more, and leaves. */
  dismiss(entry: TeamEntry): void {
    entry.wanted = false
    this.#wanted--
  }

  /** Remembers a team as departed, and forgets those that are too many. */
  depart(entry: TeamEntry): void {
    this.#departed.add(entry)
    for (const oldest of this.#departed) {
      if (this.#departed.size <= this.#bounds.rememberDeparted) return
      this.#departed.delete(oldest)
      this.#teams.delete(oldest.id)
      this.#ordered = undefined
      this.#stats.forget(oldest.id)
    }
  }
}
