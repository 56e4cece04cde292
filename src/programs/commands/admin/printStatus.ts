import { Duration, Effect } from "effect"
import type { FleetView } from "../../../wire/admin/FleetView.ts"
import type { TeamsPage } from "../../../wire/admin/TeamView.ts"
import type { AdminFlags } from "../flags/admin.ts"
import { orStopped } from "../Host.ts"
import { counted, grouped, span } from "../terminal/format.ts"
import type { Paint } from "../terminal/paint.ts"
import { print, Screen } from "../terminal/Screen.ts"
import { table } from "../terminal/table.ts"
import { answer, client } from "./client.ts"

/** The fleet, and the first of the teams that are in trouble. */
export interface Status {
  readonly fleet: FleetView
  readonly trouble: TeamsPage
}

/** Teams in trouble that are shown. */
const shown = 10
/** Between two looks of `--watch`. */
const each = Duration.seconds(1)

type Flags = Pick<AdminFlags, "admin" | "adminToken">

const look = Effect.fnUntraced(function* (flags: Flags) {
  const { fleet, teams } = yield* client(flags)
  const query = { phase: "slow,retrying", sort: "failures", order: "down", limit: shown } as const
  const status: Status = yield* answer(flags)(Effect.all({ fleet: fleet(), trouble: teams({ query }) }))
  return status
})

/** The fleet in lines. */
export const statusLines = ({ fleet, trouble }: Status, paint: Paint): ReadonlyArray<string> => {
  const { dials, global, teams, totals } = fleet
  const connected = `${grouped(teams.connected)} of ${grouped(teams.wanted)} teams connected`
  const { at } = fleet
  return [
    [
      global.up ? paint.green("● Global up") : paint.red("○ Global down"),
      teams.connected < teams.wanted ? paint.yellow(connected) : connected,
      fleet.ready ? paint.green("ready") : paint.red("not ready")
    ].join(paint.dim(" · ")),
    `  server       ${fleet.server}, for ${span(at - fleet.began)}, by botswain ${fleet.version}`,
    `  not up       ${teams.connecting} connecting, ${teams.retrying} retrying, ${teams.slow} in the slow lane`,
    `  dials        ${dials.inFlight} in flight, ${dials.waiting} waiting; ${counted(dials.asksWaiting, "ask")} waiting`,
    `  connections  ${grouped(totals.connects)} opened, ${grouped(totals.drops)} lost, ${grouped(totals.dead)} of them dead`,
    `  messages     ${grouped(totals.messages)}, of which ${grouped(totals.props)} with props`,
    ...(trouble.matched === 0 ? [] : ["", ...troubleTable(trouble)])
  ]
}

const troubleTable = ({ at, matched, teams }: TeamsPage): ReadonlyArray<string> => [
  ...table(
    [
      { heading: "team", align: "right" },
      { heading: "failures", align: "right" },
      { heading: "next try", align: "left" },
      { heading: "why", align: "left" }
    ],
    teams.map(({ id, transport: { failures, reason, retryAt, state } }) => [
      String(id),
      String(failures),
      retryAt === null ? state : `in ${span(Math.max(0, retryAt - at))}`,
      reason ?? ""
    ])
  ),
  ...(matched > teams.length ? [`and ${grouped(matched - teams.length)} more`] : [])
]

/** Asks for the fleet, and prints it. */
export const printStatus = (flags: Flags, asJson: boolean) =>
  Effect.gen(function* () {
    const status = yield* look(flags)
    const { paint } = yield* Screen
    yield* print(asJson ? JSON.stringify(status) : statusLines(status, paint.stdout).join("\n"))
  })

/** The same again and again, until a signal: redrawn in place on a terminal. That nobody answers is shown too. */
export const watchStatus = (flags: Flags, asJson: boolean) =>
  Effect.gen(function* () {
    const screen = yield* Screen
    const inPlace = screen.live && !asJson
    const show = (lines: ReadonlyArray<string>) => (inPlace ? screen.show(lines) : screen.print(lines.join("\n")))
    const turn = Effect.match(look(flags), {
      onSuccess: (status) =>
        show(
          asJson ? [JSON.stringify(status)] : statusLines(status, inPlace ? screen.paint.stderr : screen.paint.stdout)
        ),
      onFailure: (error) => show([asJson ? JSON.stringify({ problem: error.message }) : error.message])
    })
    return yield* Effect.forever(Effect.andThen(turn, Effect.sleep(each)))
  }).pipe(orStopped)
