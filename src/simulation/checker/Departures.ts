import type { TeamModel } from "./TeamModel.ts"

/**
 * Departure of a team: it has left, and its last socket has ended. In which order the fleet notices two departures of one
 * instant is up to the fleet, so either may count as the older one.
 */
interface Departure {
  readonly team: TeamModel
  /** First instant at which it may count as departed. */
  readonly from: number
  /** Instant at whose end it certainly counts as departed. */
  by: number | undefined
  /** True if the team has been forgotten in some order of events. */
  inDoubt: boolean
  /** True if the team has come back in this instant. */
  revoked: boolean
}

/**
 * Tracks which departed teams the fleet has to remember, and which it must have forgotten. Derived from the joins, the lefts
 * and the ends of sockets that the fleet was told of, never from what it says. Departed teams beyond `rememberDeparted` are
 * forgotten, oldest first. Rule: protocol row 17.
 */
export class Departures {
  readonly #remembered: number
  readonly #departures = new Map<TeamModel, Departure>()
  /** Number of instants that have ended. */
  #instant = 0

  constructor(remembered: number) {
    this.#remembered = remembered
  }

  /** Records the departure of a team that has left and has no socket. Call it when either becomes so. */
  mayHaveDeparted(team: TeamModel): void {
    if (team.wanted || team.generation === 0 || team.connections.size > 0 || team.memory === "forgotten") return
    const before = this.#departures.get(team)
    if (before?.revoked === false) return
    const inDoubt = before?.inDoubt ?? false
    this.#departures.set(team, { team, from: this.#instant, by: undefined, inDoubt, revoked: false })
    if (inDoubt) team.memory = "in doubt"
    this.#doubt()
  }

  /** Records that a team has come back. Whether it was still remembered is known at the end of the instant, or never. */
  rejoined(team: TeamModel): void {
    const departure = this.#departures.get(team)
    if (departure !== undefined) {
      departure.revoked = true
      team.doubtCounts()
    } else if (team.memory === "forgotten") team.trustCounts({ messages: 0, props: 0 })
    team.memory = "certain"
  }

  /** Settles the departures of this instant, when the fleet has done all that it had to do in it. */
  endInstant(): void {
    for (const departure of this.#departures.values()) departure.by ??= this.#instant
    for (const departure of this.#departures.values()) {
      if (this.#isForgotten(departure)) this.#forget(departure)
      else if (departure.revoked) this.#comeBack(departure)
    }
    this.#instant++
  }

  /** Marks the departures that others of the same instant, or of later ones, may have pushed out. */
  #doubt(): void {
    if (this.#departures.size <= this.#remembered) return
    const all = [...this.#departures.values()]
    for (const departure of all) {
      if (departure.inDoubt) continue
      const younger = all.filter((other) => other !== departure && (other.by ?? Infinity) >= departure.from)
      if (younger.length < this.#remembered) continue
      departure.inDoubt = true
      if (!departure.revoked) departure.team.memory = "in doubt"
    }
  }

  #isForgotten({ by, revoked }: Departure): boolean {
    if (by === undefined || revoked || this.#departures.size <= this.#remembered) return false
    let younger = 0
    for (const other of this.#departures.values()) if (!other.revoked && other.from > by) younger++
    return younger >= this.#remembered
  }

  #forget({ team }: Departure): void {
    this.#departures.delete(team)
    team.memory = "forgotten"
  }

  #comeBack({ inDoubt, team }: Departure): void {
    this.#departures.delete(team)
    if (!inDoubt) team.trustCounts()
  }
}
