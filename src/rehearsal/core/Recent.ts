/** Adds to a list that remembers so many of the newest. */
export const remember = <A>(list: Array<A>, item: A, limit = 1_000): void => {
  list.push(item)
  if (list.length > limit) list.shift()
}
