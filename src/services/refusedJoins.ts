import type { Totals } from "./Stats.ts"
import type { Census } from "./TeamRegistry.ts"

/**
 * Tells, in one line, that joins have been refused since the fleet is full, and what to do; `undefined` while there is room,
 * for a join that comes then is not refused. The platform may never repeat one that was, so that they are told all the while
 * that the fleet is full, however long ago they were. Rule: protocol row 17.
 */
export const refusedJoinsOf = (
  { incidents }: Pick<Totals, "incidents">,
  { wanted }: Pick<Census, "wanted">,
  maxTeams: number
): string | undefined => {
  const refused = incidents["join.refused"] ?? 0
  if (refused === 0 || wanted < maxTeams) return undefined
  return (
    `the fleet is full: --max-teams allows ${maxTeams}, and ${refused} ${refused === 1 ? "join was" : "joins were"} refused ` +
    "in this run. Raise it, or keep the other teams elsewhere"
  )
}
