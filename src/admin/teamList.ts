import type { Team } from "../services/TeamRegistry.ts"
import type { sortKeys } from "./api/AdminApi.ts"
import type { Phase, TeamRow, TeamsPage } from "./api/TeamView.ts"
import { phaseOf, reasonOf } from "./teamView.ts"

/** Which teams, in what order, and which part of them. */
export interface TeamsQuery {
  readonly phase?: string
  readonly text?: string
  readonly sort?: (typeof sortKeys)[number]
  readonly order?: "up" | "down"
  readonly offset?: number
  readonly limit?: number
}

/** Teams of a page, unless it is told, and at most. */
const usualLimit = 50
const mostTeams = 500

const ranks: Readonly<Record<Phase, number>> = { slow: 0, retrying: 1, connecting: 2, connected: 3, gone: 4 }

/** What a row is ordered by; rows of one rank stay in order of their ids. */
const keys: Readonly<Record<Exclude<(typeof sortKeys)[number], "id">, (row: TeamRow) => number>> = {
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

/** A page of teams. `roster` is ordered by id; a row is made only of what the order or the page needs. */
export const listTeams = (
  roster: ReadonlyArray<Team>,
  query: TeamsQuery,
  row: (team: Team) => TeamRow,
  at: number
): TeamsPage => {
  const { limit = usualLimit, offset = 0, order = "up", sort = "id" } = query
  const matched = roster.filter(matcher(query))
  const end = offset + Math.min(limit, mostTeams)
  const direction = order === "up" ? 1 : -1
  const page = () => {
    if (sort === "id") return (order === "up" ? matched : matched.toReversed()).slice(offset, end).map(row)
    const key = keys[sort]
    const rows = matched.map((team) => ({ row: row(team), key: 0 })).map((entry) => ({ ...entry, key: key(entry.row) }))
    return rows
      .sort((a, b) => (a.key === b.key ? 0 : a.key < b.key ? -direction : direction))
      .slice(offset, end)
      .map((entry) => entry.row)
  }
  return { at, total: roster.length, matched: matched.length, offset, teams: page() }
}
