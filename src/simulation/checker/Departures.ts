import type { TeamModel } from "./Model.ts"

/**
 * A team that has left and has no socket any more: its stay is over. When exactly the fleet takes notice within an instant
 * is its own affair, so of two that are over in one instant either may count as the older one.
 */
interface Departure {
  readonly team: TeamModel
  /** The instant before which its stay was not over. */
  readonly from: number
  /** The instant at whose end it was over for certain. */
  by: number | undefined
  /** There was an order of events in which the team has been forgotten. */
  inDoubt: boolean
  /** It has come back, in this instant. */
  revoked: boolean
}

/**
 * Whom the fleet has to remember, and whom it must have forgotten: derived from the joins, the lefts and the ends of
 * sockets that it was told of, and from nothing that it says. Departed teams beyond `rememberDeparted` are forgotten, oldest
 * first. Rule: protocol row 17.
 */
export class Departures {
  readonly #remembered: number
  readonly #departures = new Map<TeamModel, Departure>()
  /** Instants in which the fleet has done all that it had to do. */
  #instant = 0

  constructor(remembered: number) {
    this.#remembered = remembered
  }

  /** A team has left, or one of its sockets has ended. A stay is over when both are so. */
  mayHaveDeparted(team: TeamModel): void {
    if (team.wanted || team.stay === 0 || team.connections.size > 0 || team.memory === "forgotten") return
    const before = this.#departures.get(team)
    if (before?.revoked === false) return
    const inDoubt = before?.inDoubt ?? false
    this.#departures.set(team, { team, from: this.#instant, by: undefined, inDoubt, revoked: false })
    if (inDoubt) team.memory = "in doubt"
    this.#doubt()
  }

  /** A team has come back. Whether it was still remembered is known at the end of the instant, or never. */
  back(team: TeamModel): void {
    const departure = this.#departures.get(team)
    if (departure !== undefined) {
      departure.revoked = true
      team.doubtCounts()
    } else if (team.memory === "forgotten") team.trustCounts({ messages: 0, props: 0 })
    team.memory = "certain"
  }

  /** The fleet has done all that it had to do at this instant. */
  settle(): void {
    for (const departure of this.#departures.values()) departure.by ??= this.#instant
    for (const departure of this.#departures.values()) {
      if (this.#isForgotten(departure)) this.#forget(departure)
      else if (departure.revoked) this.#comeBack(departure)
    }
    this.#instant++
  }

  /** Any that departed in the same instant, or later, may have pushed it out. */
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
