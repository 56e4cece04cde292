import { Effect } from "effect"
import { Rehearsal } from "../../rehearsal/Rehearsal.ts"
import { grouped, rate } from "../terminal/format.ts"
import type { Screen } from "../terminal/Screen.ts"
import { dim, green, joined, yellow } from "../terminal/Text.ts"
import { watch } from "../terminal/watch.ts"

/** Shows what the rehearsal server sees of its client, until interrupted. */
export const watchServer: Effect.Effect<never, never, Rehearsal | Screen> = Rehearsal.use(({ state }) =>
  watch("rehearsal", {
    status: state,
    messages: ({ said }) => said.messages,
    block: ({ connectedTeams, global, presentTeams, said }, perSecond) => [
      joined(
        [
          global.openSockets > 0 ? green("● client connected") : yellow("○ waiting for a client"),
          `${grouped(connectedTeams)}/${grouped(presentTeams)} teams connected`,
          `${rate(perSecond)} messages/s`,
          dim(`${grouped(said.messages)} in all`)
        ],
        dim(" · ")
      )
    ],
    fields: ({ connectedTeams, global, presentTeams, said }, perSecond) => ({
      client: global.openSockets > 0 ? "connected" : "none",
      teams: presentTeams,
      connected: connectedTeams,
      messages: said.messages,
      perSecond: Math.round(perSecond * 10) / 10
    })
  })
)
