import { Order } from "effect"
import type { Team } from "../services/TeamRegistry.ts"
import type { TeamsQuery } from "./api/TeamsQuery.ts"
import type { Phase, TeamRow, TeamsPage } from "./api/TeamView.ts"
import { phaseOf, reasonOf } from "./teamView.ts"

/** Teams of a page, where the query does not say. */
const usualLimit = 50
/** Teams of a page at most. */
const mostTeams = 500

/** Rank of a phase in the order by state: trouble first. */
const ranks: Readonly<Record<Phase, number>> = { slow: 0, retrying: 1, connecting: 2, connected: 3, gone: 4 }

/** Number that a row is ordered by; rows of the same number stay in order of their ids. */
const keys: Readonly<Record<Exclude<NonNullable<TeamsQuery["sort"]>, "id">, (row: TeamRow) => number>> = {
  state: ({ phase }) => ranks[phase],
  failures: ({ transport }) => transport.failures,
  messages: ({ messages }) => messages,
  since: ({ transport }) => transport.since,
  heard: ({ liveness }) => liveness?.heardAgo ?? Infinity
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

/** Answers a query with a page of teams. `roster` is ordered by id; rows are made only where they are needed. */
export const listTeams = (
  roster: ReadonlyArray<Team>,
  query: TeamsQuery,
  row: (team: Team) => TeamRow,
  at: number
): TeamsPage => {
  const { limit = usualLimit, offset = 0, order = "up", sort = "id" } = query
  const matched = roster.filter(matcher(query))
  const end = offset + Math.min(limit, mostTeams)
  const page = () => {
    if (sort === "id") return (order === "up" ? matched : matched.toReversed()).slice(offset, end).map(row)
    const byKey = Order.mapInput(Order.Number, keys[sort])
    return matched
      .map(row)
      .sort(order === "up" ? byKey : Order.flip(byKey))
      .slice(offset, end)
  }
  return { at, total: roster.length, matched: matched.length, offset, teams: page() }
}
