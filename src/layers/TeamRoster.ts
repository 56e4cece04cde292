import type { Fiber } from "effect"
import type { Place } from "../services/Journal.ts"
import type { Stats, TeamCounts } from "../services/Stats.ts"
import type { Team } from "../services/TeamRegistry.ts"
import { TeamState, type Transport } from "../services/TeamState.ts"
import { compareTeamIds, type TeamId } from "../wire/TeamId.ts"
import type { Naming } from "./Naming.ts"

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
  deniedSince: number | undefined = undefined
  readonly #naming: Naming
  /** Number of the Global connection that it was named on last. */
  #lastNamed = 0

  constructor(id: TeamId, counts: TeamCounts, naming: Naming) {
    this.id = id
    this.counts = counts
    this.#naming = naming
  }

  get isConfirmed(): boolean {
    return this.#naming.confirms(this.#lastNamed)
  }

  /** Notes that the platform has joined it, though it was wanted already. */
  joinedAgain(): void {
    this.#naming.joined(this.#lastNamed)
    this.named()
  }

  /** Notes that the platform has named it. */
  named(): void {
    this.#lastNamed = this.#naming.now
    this.deniedSince = undefined
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
  readonly #naming: Naming
  readonly #onForgotten: (id: TeamId) => void

  constructor(stats: Stats["Service"], bounds: RosterBounds, naming: Naming, onForgotten: (id: TeamId) => void) {
    this.#stats = stats
    this.#bounds = bounds
    this.#naming = naming
    this.#onForgotten = onForgotten
  }

  find(id: TeamId): TeamEntry | undefined {
    return this.#teams.get(id)
  }

  /** Number of wanted teams. */
  get wanted(): number {
    return this.#wanted
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
    const entry = this.#teams.get(id) ?? this.#add(id)
    this.#departed.delete(entry)
    entry.wanted = true
    entry.generation++
    this.#wanted++
    return entry
  }

  /** Adds a team as it stood in an earlier run, however many are kept: it is not anew that they come. */
  restore(id: TeamId, { generation, wanted }: Place): void {
    const entry = this.#add(id)
    entry.generation = generation
    entry.wanted = wanted
    if (wanted) this.#wanted++
    else this.depart(entry)
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
      this.#onForgotten(oldest.id)
    }
  }

  #add(id: TeamId): TeamEntry {
    const entry = new TeamEntry(id, this.#stats.counter(id), this.#naming)
    this.#teams.set(id, entry)
    this.#ordered = undefined
    return entry
  }
}
