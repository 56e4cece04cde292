import type { BotView, FleetView, StateView } from "../../admin/api/FleetView.ts"
import { writeTeamId } from "../../admin/api/teamIdText.ts"
import type { TeamsPage } from "../../admin/api/TeamView.ts"
import { troublesOf } from "../../admin/api/troublesOf.ts"
import { expectedOf } from "../../services/TeamRegistry.ts"
import { counted, grouped, span } from "../terminal/format.ts"
import { table } from "../terminal/table.ts"
import { dim, green, joined, red, type Text, yellow } from "../terminal/Text.ts"

/** State of a fleet, and the first of its failing teams. */
export interface Status {
  readonly fleet: FleetView
  readonly trouble: TeamsPage
}

/** Writes the state of a fleet in lines. */
export const statusLines = ({ fleet, trouble }: Status): ReadonlyArray<Text> => {
  const { at, began, bot, dials, global, ready, server, state, teams, totals, version } = fleet
  const connected = `${grouped(teams.connected)} of ${grouped(teams.wanted)} teams connected`
  return [
    joined(
      [
        global.up
          ? green("● Global up")
          : red(global.reason === null ? "○ Global down" : `○ Global down: ${global.reason}`),
        teams.connected < expectedOf(teams) ? yellow(connected) : connected,
        ready ? green("ready") : red("not ready")
      ],
      dim(" · ")
    ),
    ...troublesOf(fleet).map((line): Text => ["  ", red(line)]),
    `  server       ${server}, for ${span(at - began)}, by botswain ${version}`,
    `  not up       ${grouped(teams.connecting)} connecting, ${grouped(teams.retrying)} retrying, ` +
      `${grouped(teams.slow)} in the slow lane`,
    ...(teams.unconfirmed === 0
      ? []
      : [`  unconfirmed  ${grouped(teams.unconfirmed)}, of which the platform denies ${grouped(teams.denied)}`]),
    `  dials        ${grouped(dials.inFlight)} in flight, ${grouped(dials.waiting)} waiting; ` +
      `${counted(dials.asksWaiting, "ask")} waiting`,
    `  connections  ${grouped(totals.connects)} opened, ${grouped(totals.drops)} lost, ${grouped(totals.dead)} of them dead`,
    `  messages     ${grouped(totals.messages)}, of which ${grouped(totals.props)} with props`,
    ...(state === null ? [] : [stateLine(state, at)]),
    ...(bot === null ? [] : [botLine(bot)]),
    ...(trouble.matched === 0 ? [] : ["", ...troubleTable(trouble)])
  ]
}

const stateLine = ({ flushedAt, kind, unwritten }: StateView, at: number): string => {
  const left = unwritten === 0 ? "" : `; ${counted(unwritten, "team")} not`
  const written = flushedAt === null ? "as it was at the start" : `all written ${span(Math.max(0, at - flushedAt))} ago`
  return `  state        ${stateNames[kind]}, ${written}${left}`
}

const stateNames = { memory: "in memory", sqlite: "SQLite", postgres: "PostgreSQL", custom: "of its own" } as const

const botLine = ({ failed, handled, held, lost, overflow, restarts }: BotView): string =>
  `  bot          ${grouped(handled)} handled, ${grouped(failed)} failed, ${grouped(overflow)} dropped, ` +
  `${grouped(lost)} lost, ${grouped(held)} held; ${counted(restarts, "restart")}`

const troubleTable = ({ at, matched, teams }: TeamsPage): ReadonlyArray<Text> => [
  ...table(
    [
      { heading: "team", align: "right" },
      { heading: "failures", align: "right" },
      { heading: "next try", align: "left" },
      { heading: "why", align: "left" }
    ],
    teams.map(({ id, transport: { failures, reason, retryAt, state } }) => [
      writeTeamId(id),
      String(failures),
      retryAt === null ? state : `in ${span(Math.max(0, retryAt - at))}`,
      reason ?? ""
    ])
  ),
  ...(matched > teams.length ? [`and ${grouped(matched - teams.length)} more`] : [])
]
