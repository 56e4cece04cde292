import type { TeamId } from "../../wire/TeamId.ts"
import type { CountsOf, RosterChange, StoredTeam } from "../Journal.ts"
import type { Team } from "../TeamRegistry.ts"

/** Finds a team in the roster; `undefined` for one that is forgotten. */
export type FindTeam = (id: TeamId) => Team | undefined

/** What the journal does not have yet: places that have changed, and counts that are not those that it has. */
export class Unwritten {
  readonly #find: FindTeam
  /** Teams whose place has changed, in the order of the changes. True for one that was forgotten since. */
  readonly #places = new Map<TeamId, boolean>()
  /** Those of them that are being written. */
  readonly #underWay = new Map<TeamId, boolean>()
  /** Messages of each team that the journal has, as it has them. */
  readonly #messages = new Map<TeamId, number>()

  constructor(find: FindTeam, stored: ReadonlyArray<StoredTeam>) {
    this.#find = find
    for (const { id, messages } of stored) this.#messages.set(id, messages)
  }

  /** Number of teams whose place is not written. */
  get places(): number {
    return this.#places.size + this.#underWay.size
  }

  /** True if the place of a team is not written. */
  has(id: TeamId): boolean {
    return this.#places.has(id) || this.#underWay.has(id)
  }

  /** Notes that the place of a team has changed. Of one that is forgotten before it was written, nothing is kept. */
  placeChanged(id: TeamId): void {
    const isForgotten = this.#find(id) === undefined
    if (isForgotten && !this.#messages.has(id) && !this.#underWay.has(id)) this.#places.delete(id)
    else this.#places.set(id, isForgotten || this.#places.get(id) === true)
  }

  /** Takes so many places to be written, at most, as they are now. They are under way until it is told how that ended. */
  takePlaces(most: number): ReadonlyArray<RosterChange> {
    const changes: Array<RosterChange> = []
    for (const [id, wasForgotten] of this.#places) {
      if (this.#underWay.size >= most) break
      this.#places.delete(id)
      this.#underWay.set(id, wasForgotten)
      const team = this.#find(id)
      // What was forgotten begins anew with no counts, so that the row before must go.
      if (wasForgotten) changes.push({ id, place: undefined })
      if (team !== undefined) changes.push({ id, place: { wanted: team.wanted, generation: team.generation } })
    }
    return changes
  }

  /** The places that are under way are in the journal. */
  placesWritten(changes: ReadonlyArray<RosterChange>): void {
    this.#underWay.clear()
    for (const { id, place } of changes) {
      if (place === undefined) this.#messages.delete(id)
      else if (!this.#messages.has(id)) this.#messages.set(id, 0)
    }
  }

  /** The places that are under way are not in the journal, or may not be: they are written again, before those that came since. */
  placesFailed(): void {
    const since = Array.from(this.#places)
    this.#places.clear()
    for (const [id, wasForgotten] of this.#underWay) this.#places.set(id, wasForgotten)
    for (const [id, wasForgotten] of since) this.#places.set(id, wasForgotten || this.#places.get(id) === true)
    this.#underWay.clear()
  }

  /** The journal may have older places and counts of these teams: all are to be written again. */
  isSetBack(teams: ReadonlyArray<Team>): void {
    for (const { id } of teams) {
      if (!this.#places.has(id)) this.#places.set(id, false)
      if (this.#messages.has(id)) this.#messages.set(id, 0)
    }
  }

  /** Counts of those of the teams that the journal has with other ones. A team whose place is not written has its turn later. */
  changedCounts(teams: ReadonlyArray<Team>): ReadonlyArray<CountsOf> {
    const changed: Array<CountsOf> = []
    for (const { counts, id } of teams) {
      const written = this.#messages.get(id)
      // Props do not change without messages.
      if (written === undefined || written === counts.messages) continue
      changed.push({ id, messages: counts.messages, props: counts.props })
    }
    return changed
  }

  /** Number of teams whose counts are not written, those left aside whose place is not either. */
  countsOnly(teams: ReadonlyArray<Team>): number {
    return this.changedCounts(teams).filter(({ id }) => !this.has(id)).length
  }

  /** These counts are in the journal. */
  countsWritten(written: ReadonlyArray<CountsOf>): void {
    for (const { id, messages } of written) if (this.#messages.has(id)) this.#messages.set(id, messages)
  }
}
