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

/** Teams that have joined in this run. Departed ones beyond a number are forgotten, oldest first. Rule: protocol row 17. */
export class TeamRoster {
  readonly #teams = new Map<TeamId, TeamEntry>()
  /** Departed teams, in the order of their departure. */
  readonly #departed = new Set<TeamEntry>()
  /** All teams in order, made when it is asked for and kept until a team is added or forgotten. */
  #ordered: ReadonlyArray<TeamEntry> | undefined = undefined
  readonly #stats: Stats["Service"]
  readonly #rememberDeparted: number

  constructor(stats: Stats["Service"], rememberDeparted: number) {
    this.#stats = stats
    this.#rememberDeparted = rememberDeparted
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

  /** Finds a team, or adds it, and begins a generation in which it is wanted. */
  enrol(id: TeamId): TeamEntry {
    const known = this.#teams.get(id)
    const entry = known ?? new TeamEntry(id, this.#stats.counter(id))
    if (known === undefined) {
      this.#teams.set(id, entry)
      this.#ordered = undefined
    }
    this.#departed.delete(entry)
    entry.wanted = true
    entry.generation++
    return entry
  }

  /** Remembers a team as departed, and forgets those that are too many. */
  depart(entry: TeamEntry): void {
    this.#departed.add(entry)
    for (const oldest of this.#departed) {
      if (this.#departed.size <= this.#rememberDeparted) return
      this.#departed.delete(oldest)
      this.#teams.delete(oldest.id)
      this.#ordered = undefined
      this.#stats.forget(oldest.id)
    }
  }
}
