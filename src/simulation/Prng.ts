import { Effect, Random } from "effect"

/** Pseudo-random draws from Effect's Random, without an Effect for each. */
export class Prng {
  readonly #random: Random.Random

  constructor(random: Random.Random) {
    this.#random = random
  }

  /** Generator over the Random of the fiber that runs this. */
  static readonly make: Effect.Effect<Prng> = Effect.map(Effect.service(Random.Random), (random) => new Prng(random))

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.#random.nextDoubleUnsafe() < probability
  }

  /** Whole number, both ends included. */
  int(from: number, to: number): number {
    return from + Math.floor(this.#random.nextDoubleUnsafe() * (to - from + 1))
  }

  /** Whole number, both ends included: each order of magnitude of the range is equally likely. */
  logUniform(from: number, to: number): number {
    return Math.round(from * (to / from) ** this.#random.nextDoubleUnsafe())
  }

  /** Whole number, 1 at least, exponentially distributed: a wait between things that nobody coordinates. */
  exponential(mean: number): number {
    return Math.max(1, Math.round(-Math.log(1 - this.#random.nextDoubleUnsafe()) * mean))
  }

  pick<A>(items: readonly [A, ...ReadonlyArray<A>]): A
  pick<A>(items: ReadonlyArray<A>): A | undefined
  pick<A>(items: ReadonlyArray<A>): A | undefined {
    return items[this.int(0, items.length - 1)]
  }

  /** Items that are drawn, each with this probability. */
  subset<A>(items: ReadonlyArray<A>, probability: number): ReadonlyArray<A> {
    return items.filter(() => this.chance(probability))
  }
}
