/**
 * What the platform has named on which of its Global connections. A team that it has not named since it could have is
 * unconfirmed: one out of the journal, until it is named again; and one that it leaves out where it repeats its joins on a new
 * connection, since its `team.left` may have been missed. That it repeats them is seen by half of the wanted teams: a few
 * joins may be of teams whose left and join were both missed.
 */
export class Naming {
  /** Number of the Global connection that is up, or was last. A team out of the journal was named on number 0. */
  #connection = 1
  /** Teams that were wanted when it came up, and those of them that were joined on it again. */
  #wanted = 0
  #repeated = 0

  /** Begins another Global connection. `wanted`: the number of teams that are wanted by now. */
  next(wanted: number): void {
    this.#connection++
    this.#wanted = wanted
    this.#repeated = 0
  }

  /** Number that a team is named on which the platform names now. */
  get now(): number {
    return this.#connection
  }

  /** Learns of a join of a team that is wanted already. `last`: the number that it was named on last. */
  joined(last: number): void {
    if (last < this.#connection) this.#repeated++
  }

  /** True for a team that was named last on that number, and is confirmed by that. */
  confirms(last: number): boolean {
    const repeatsJoins = this.#repeated > 0 && this.#repeated * 2 >= this.#wanted
    return last >= (repeatsJoins ? this.#connection : 1)
  }
}
