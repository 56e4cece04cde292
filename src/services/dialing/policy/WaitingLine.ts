/** Holes that a line may have before it is closed up, besides as many as it has candidates. */
const fewHoles = 32

/** A member of a line, which knows its place in it. */
export interface Placed {
  place: number
}

/** Candidates of a lane that wait, in the order in which they came: each may leave from anywhere, in constant time. */
export class WaitingLine<C extends Placed> {
  #places: Array<C | undefined> = []
  #head = 0
  size = 0

  add(candidate: C): void {
    candidate.place = this.#places.push(candidate) - 1
    this.size++
  }

  remove(candidate: C): void {
    this.#places[candidate.place] = undefined
    candidate.place = -1
    this.size--
    if (this.size * 2 + fewHoles >= this.#places.length) return
    this.#places = this.#places.filter((each) => each !== undefined)
    this.#head = 0
    for (const [place, each] of this.#places.entries()) each!.place = place
  }

  /** The one that came first. For a line that is not empty, as the next two. */
  oldest(): C {
    while (this.#places[this.#head] === undefined) this.#head++
    return this.#places[this.#head]!
  }

  newest(): C {
    while (this.#places.at(-1) === undefined) this.#places.pop()
    return this.#places.at(-1)!
  }

  /** One at a random point. `random`: 0 to 1. */
  any(random: number): C {
    this.newest()
    this.oldest()
    let at = this.#head + Math.floor(random * (this.#places.length - this.#head))
    while (this.#places[at] === undefined) at++
    return this.#places[at]!
  }

  *[Symbol.iterator](): Iterator<C> {
    for (const candidate of this.#places) if (candidate !== undefined) yield candidate
  }
}
