/** How many places a JSON value has: itself, each value in it, and one more field for each object in it. */
export const places = (json: unknown): number => {
  if (typeof json !== "object" || json === null) return 1
  const inside = Object.values(json).reduce<number>((sum, value) => sum + places(value), 0)
  return 1 + inside + (Array.isArray(json) ? 0 : 1)
}

/** A copy of a JSON value with something else at one of its places; a number of more than its places goes round. */
export const plant = (json: unknown, place: number, planted: unknown): unknown => {
  let left = Math.abs(place) % places(json)
  const copy = (value: unknown): unknown => {
    if (left-- === 0) return planted
    if (typeof value !== "object" || value === null) return value
    if (Array.isArray(value)) return value.map(copy)
    const fields = Object.entries(value).map(([name, field]): [string, unknown] => [name, copy(field)])
    if (left-- === 0) fields.push(["planted", planted])
    return Object.fromEntries(fields)
  }
  return copy(json)
}
