/** Draws from a seed: the same seed gives the same draws. The generator is mulberry32. */
export class Draw {
  #state: number

  constructor(seed: number) {
    // Seeds are neighbours: without this their first draws would be, too.
    this.#state = Math.imul(seed ^ (seed >>> 16), 0x45d9f3b)
  }

  /** A whole number from 0 up to, but not including, `end`. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let bits = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)
    return ((bits ^ (bits >>> 14)) >>> 0) % end
  }

  /** One of a list; what it has twice comes twice as often. */
  of<const A>(list: ReadonlyArray<A>): A {
    return list[this.below(list.length)]!
  }

  /** True once in so many times. */
  oneIn(times: number): boolean {
    return this.below(times) === 0
  }

  /** As many as drawn, up to `most`. */
  list<A>(most: number, each: (index: number) => A): ReadonlyArray<A> {
    return Array.from({ length: this.below(most + 1) }, (_, index) => each(index))
  }

  bytes(count: number): Buffer {
    return Buffer.from(Array.from({ length: count }, () => this.below(256)))
  }
}
