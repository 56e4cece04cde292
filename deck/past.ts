import type { Point } from "./api.ts"

/** Points of the past that are kept, by the second and by the minute. */
const mostPoints = 120

/** Adds the points that are newer. A past that is told anew, since the clock was set back, begins where it is told from. */
export const append = (points: ReadonlyArray<Point>, newest: ReadonlyArray<Point>): ReadonlyArray<Point> => {
  const [first] = newest
  if (first === undefined || newest.at(-1)?.at === points.at(-1)?.at) return points
  return [...points.filter(({ at }) => at < first.at), ...newest].slice(-mostPoints)
}
