import { Effect, Random } from "effect"

/** Draws from Effect's Random, without an Effect for each draw. */
export class Prng {
  readonly #random: Random.Random

  constructor(random: Random.Random) {
    this.#random = random
  }

  /** The dice of the fiber that asks. */
  static readonly make: Effect.Effect<Prng> = Effect.map(Effect.service(Random.Random), (random) => new Prng(random))

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.#random.nextDoubleUnsafe() < probability
  }

  /** A whole number, both ends included. */
  int(from: number, to: number): number {
    return from + Math.floor(this.#random.nextDoubleUnsafe() * (to - from + 1))
  }

  /** A whole number, both ends included: each order of magnitude of the range is equally likely. */
  scale(from: number, to: number): number {
    return Math.round(from * (to / from) ** this.#random.nextDoubleUnsafe())
  }

  /** A wait between things that nobody coordinates: exponential, whole, 1 at least. */
  wait(mean: number): number {
    return Math.max(1, Math.round(-Math.log(1 - this.#random.nextDoubleUnsafe()) * mean))
  }

  pick<A>(items: readonly [A, ...ReadonlyArray<A>]): A
  pick<A>(items: ReadonlyArray<A>): A | undefined
  pick<A>(items: ReadonlyArray<A>): A | undefined {
    return items[this.int(0, items.length - 1)]
  }

  /** Each item with this probability. */
  some<A>(items: ReadonlyArray<A>, probability: number): ReadonlyArray<A> {
    return items.filter(() => this.chance(probability))
  }
}
