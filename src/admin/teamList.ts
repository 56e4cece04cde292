import { Order } from "effect"
import type { Team } from "../services/TeamRegistry.ts"
import { failuresOf } from "../services/TeamState.ts"
import type { TeamsQuery } from "./api/TeamsQuery.ts"
import type { Phase, TeamsPage } from "./api/TeamView.ts"
import { phaseOf, reasonOf, type TeamViews } from "./teamView.ts"

/** Teams of a page, where the query does not say. */
const usualLimit = 50
/** Teams of a page at most. */
const mostTeams = 500

/** Rank of a phase in the order by state: trouble first. */
const ranks: Readonly<Record<Phase, number>> = { slow: 0, retrying: 1, connecting: 2, denied: 3, connected: 4, gone: 5 }

/** Number that a team is ordered by; teams of the same number stay in order of their ids. */
const keys: Readonly<Record<Exclude<NonNullable<TeamsQuery["sort"]>, "id">, (team: Team, views: TeamViews) => number>> =
  {
    state: (team) => ranks[phaseOf(team)],
    failures: ({ state }) => failuresOf(state),
    messages: ({ counts }) => counts.messages,
    since: (team, views) => views.since(team),
    heard: (team, views) => views.heardAgo(team)
  }

const matcher = ({ phase, text }: TeamsQuery) => {
  const phases = phase === undefined || phase === "" ? undefined : new Set(phase.split(","))
  const needle = text?.trim().toLowerCase() ?? ""
  return (team: Team): boolean => {
    if (phases !== undefined && !phases.has(phaseOf(team))) return false
    return (
      needle === "" ||
      String(team.id).toLowerCase().includes(needle) ||
      (reasonOf(team.state)?.toLowerCase().includes(needle) ?? false)
    )
  }
}

/** Gives the teams that fit a query, in its order. `roster` is ordered by id. */
export const orderedTeams = (roster: ReadonlyArray<Team>, query: TeamsQuery, views: TeamViews): ReadonlyArray<Team> => {
  const { order = "up", sort = "id" } = query
  const matched = roster.filter(matcher(query))
  if (sort === "id") return order === "up" ? matched : matched.toReversed()
  const byKey = Order.mapInput(Order.Number, ({ key }: { readonly key: number }) => key)
  return matched
    .map((team) => ({ team, key: keys[sort](team, views) }))
    .sort(order === "up" ? byKey : Order.flip(byKey))
    .map(({ team }) => team)
}

/** Gives the part of these teams that a query asks for. */
export const pageOf = (
  teams: ReadonlyArray<Team>,
  { limit = usualLimit, offset = 0 }: TeamsQuery,
  views: TeamViews
): Pick<TeamsPage, "offset" | "teams"> => ({
  offset,
  teams: teams.slice(offset, offset + Math.min(limit, mostTeams)).map(views.row)
})
