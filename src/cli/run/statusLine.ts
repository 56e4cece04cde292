import type { FleetStatus } from "../../services/Fleet.ts"
import { grouped, rate } from "../terminal/format.ts"
import { dim, green, joined, red, type Text, yellow } from "../terminal/Text.ts"

/** Writes the fleet in one line: the Global connection, teams connected of wanted, failing ones, messages a second. */
export const statusLine = ({ census, global, totals }: FleetStatus, perSecond: number): Text => {
  const { connected, failing, slowRetry, wanted } = census
  const teams = `${grouped(connected)}/${grouped(wanted)} teams connected`
  return joined(
    [
      global === "up" ? green("● Global up") : red("○ Global down"),
      connected < wanted ? yellow(teams) : teams,
      ...(failing > 0
        ? [red(`${grouped(failing)} failing${slowRetry > 0 ? ` (${grouped(slowRetry)} slow)` : ""}`)]
        : []),
      `${rate(perSecond)} messages/s`,
      dim(`${grouped(totals.messages)} in all`)
    ],
    dim(" · ")
  )
}

/** Writes the same as fields of a log. */
export const statusFields = ({ census, global, totals }: FleetStatus, perSecond: number) => ({
  global,
  teams: census.wanted,
  connected: census.connected,
  failing: census.failing,
  slow: census.slowRetry,
  departed: census.departed,
  messages: totals.messages,
  props: totals.props,
  perSecond: Math.round(perSecond * 10) / 10
})
