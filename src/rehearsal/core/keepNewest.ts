/** Adds to a list, and drops the oldest of more than `limit`. */
export const keepNewest = <A>(list: Array<A>, item: A, limit = 1_000): void => {
  list.push(item)
  if (list.length > limit) list.shift()
}
