/** Makes a source of numbers from 0 up to, but not including, 1, which follow from a seed (mulberry32). */
export const seededRandom = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Draws a whole number from 0 up to, but not including, a bound. */
export const below = (random: () => number, bound: number): number => Math.floor(random() * bound)

/** The same items in an order that is drawn. */
export const shuffled = <A>(random: () => number, items: ReadonlyArray<A>): ReadonlyArray<A> => {
  const order = [...items]
  for (let last = order.length - 1; last > 0; last--) {
    const other = below(random, last + 1)
    ;[order[last], order[other]] = [order[other]!, order[last]!]
  }
  return order
}
