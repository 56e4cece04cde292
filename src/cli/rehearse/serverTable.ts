import type { RehearsalState } from "../../rehearsal/RehearsalState.ts"
import { compareTeamIds } from "../../wire/TeamId.ts"
import { grouped } from "../terminal/format.ts"
import { table } from "../terminal/table.ts"
import type { Text } from "../terminal/Text.ts"

/** Writes what a server knows of its teams as a table, with a line of sums. */
export const serverTable = ({ said, teams }: RehearsalState): ReadonlyArray<Text> => {
  const views = Array.from(teams.values()).sort((a, b) => compareTeamIds(a.id, b.id))
  return table(
    [
      { heading: "team", align: "right" },
      { heading: "present", align: "left" },
      { heading: "connected", align: "left" },
      { heading: "messages sent", align: "right" },
      { heading: "props sent", align: "right" },
      { heading: "sockets opened", align: "right" },
      { heading: "pings", align: "right" }
    ],
    [
      ...views.map((view) => [
        String(view.id),
        view.present ? "yes" : "no",
        view.openSockets > 0 ? "yes" : "no",
        grouped(view.said.messages),
        grouped(view.said.props),
        grouped(view.opens),
        grouped(view.pings)
      ]),
      [
        "all",
        grouped(views.filter(({ present }) => present).length),
        grouped(views.filter(({ openSockets }) => openSockets > 0).length),
        grouped(said.messages),
        grouped(said.props),
        grouped(views.reduce((sum, { opens }) => sum + opens, 0)),
        grouped(views.reduce((sum, { pings }) => sum + pings, 0))
      ]
    ]
  )
}
