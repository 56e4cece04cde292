import type { NameBounds } from "./bounds.ts"

/**
 * Places of look-ups under way. Each standing has a bound for itself and all below it, so that what is kept back for the
 * better ones cannot be taken by those that hang: there is no way to end a look-up.
 */
export class Places {
  readonly #bounds: NameBounds["places"]
  readonly #taken: [number, number, number, number] = [0, 0, 0, 0]

  constructor(bounds: NameBounds["places"]) {
    this.#bounds = bounds
  }

  /** True if there is a place for a name of that standing. If there is none, there is none for those below it either. */
  hasRoom(standing: number): boolean {
    return this.#bounds.every((bound, level) => level > standing || this.#takenFrom(level) < bound)
  }

  take(standing: number): void {
    this.#taken[standing]! += 1
  }

  giveBack(standing: number): void {
    this.#taken[standing]! -= 1
  }

  /** Counts the places that names of that standing and below have. */
  #takenFrom(level: number): number {
    return this.#taken.reduce((sum, taken, standing) => (standing < level ? sum : sum + taken), 0)
  }
}
