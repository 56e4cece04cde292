import { Schema } from "effect"

/**
 * Characters of an id as JSON writes it (UTF-16 code units, without the quotes), at most: a fleet keeps each for the whole
 * run, and names each in its answers to healthchecks.
 */
export const longestId = 1_024

/** Characters that JSON writes for one that it escapes, at most: `\u001b`. */
const longestEscape = 6

const isShortInJson = (id: string): boolean =>
  id.length * longestEscape <= longestId || (id.length <= longestId && JSON.stringify(id).length - 2 <= longestId)

/**
 * A team's id: a safe integer, or a string of 1 to 1,024 characters, as JSON writes them; echoed in the JSON type that it came
 * in. `1` and `"1"` are two teams.
 *
 * Rule: protocol row 20.
 */
export const TeamId = Schema.Union([
  Schema.Int,
  Schema.NonEmptyString.check(
    Schema.isMaxLength(longestId),
    Schema.makeFilter(isShortInJson, { expected: `a text of at most ${longestId} characters in JSON` })
  )
])
export type TeamId = typeof TeamId.Type

/** Order of ids in a healthcheck: integers by value, then strings by code unit. Rule: protocol row 17. */
export const compareTeamIds = (a: TeamId, b: TeamId): number => {
  if (typeof a === "number") return typeof b === "number" ? a - b : -1
  if (typeof b === "number") return 1
  return a < b ? -1 : a > b ? 1 : 0
}
