import { Schema } from "effect"

/** Characters of an id (UTF-16 code units), at most: a fleet keeps each for the whole run. */
export const longestId = 1_024

/**
 * A team's id: a safe integer, or a string of 1 to 1,024 characters; echoed in the JSON type that it came in. `1` and `"1"`
 * are two teams.
 *
 * Rule: protocol row 20.
 */
export const TeamId = Schema.Union([Schema.Int, Schema.NonEmptyString.check(Schema.isMaxLength(longestId))])
export type TeamId = typeof TeamId.Type

/** Order of ids in a healthcheck: integers by value, then strings by code unit. Rule: protocol row 17. */
export const compareTeamIds = (a: TeamId, b: TeamId): number => {
  if (typeof a === "number") return typeof b === "number" ? a - b : -1
  if (typeof b === "number") return 1
  return a < b ? -1 : a > b ? 1 : 0
}
