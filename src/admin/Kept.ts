/** Time that a value is kept at most, in milliseconds. */
const longest = 1_000

interface Entry<A> {
  readonly value: A
  readonly until: number
}

/**
 * Keeps the newest values, `most` of them, each for so many `times` as long as it took to make and a second at most. So what
 * is cheap is always new, and what is costly takes a small part of the time however often it is asked for. Times are in
 * milliseconds, of `monotonicMillis`.
 */
export class Kept<A> {
  readonly #entries = new Map<string, Entry<A>>()
  readonly #most: number
  readonly #times: number

  constructor({ most, times }: { readonly most: number; readonly times: number }) {
    this.#most = most
    this.#times = times
  }

  find(key: string, now: number): A | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    if (now < entry.until) return entry.value
    this.#entries.delete(key)
    return undefined
  }

  /** Finds a value, or makes it. `now` reads the clock. */
  get(key: string, now: () => number, make: () => A): A {
    const began = now()
    const known = this.find(key, began)
    if (known !== undefined) return known
    return this.keep(key, make(), began, now())
  }

  /** Keeps a value by the time that it took to make. */
  keep(key: string, value: A, began: number, ended: number): A {
    this.#entries.delete(key)
    this.#entries.set(key, { value, until: ended + Math.min(longest, this.#times * (ended - began)) })
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#most) break
      this.#entries.delete(oldest)
    }
    return value
  }
}
