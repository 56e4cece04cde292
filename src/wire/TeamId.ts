import { Schema } from "effect"

/**
 * A team's id: a safe integer or a non-empty string, echoed in the JSON type that it came in. `1` and `"1"` are two teams.
 *
 * Rule: protocol row 20.
 */
export const TeamId = Schema.Union([Schema.Int, Schema.NonEmptyString])
export type TeamId = typeof TeamId.Type

/** Order of ids in a healthcheck: integers by value, then strings by code unit. Rule: protocol row 17. */
export const compareTeamIds = (a: TeamId, b: TeamId): number => {
  if (typeof a === "number") return typeof b === "number" ? a - b : -1
  if (typeof b === "number") return 1
  return a < b ? -1 : a > b ? 1 : 0
}
