import type { FleetStatus } from "../../services/Fleet.ts"
import { expectedOf } from "../../services/TeamRegistry.ts"
import { grouped, rate } from "../terminal/format.ts"
import { dim, green, joined, red, type Text, yellow } from "../terminal/Text.ts"

/** Writes the fleet in one line: the Global connection, teams connected of wanted, failing ones, messages a second. */
export const statusLine = ({ census, global, journal, totals }: FleetStatus, perSecond: number): Text => {
  const { connected, denied, failing, slowRetry, unconfirmed, wanted } = census
  const teams = `${grouped(connected)}/${grouped(wanted)} teams connected`
  return joined(
    [
      global === "up" ? green("● Global up") : red("○ Global down"),
      connected < expectedOf(census) ? yellow(teams) : teams,
      ...(failing > 0
        ? [red(`${grouped(failing)} failing${slowRetry > 0 ? ` (${grouped(slowRetry)} slow)` : ""}`)]
        : []),
      ...(unconfirmed > 0
        ? [dim(`${grouped(unconfirmed)} unconfirmed${denied > 0 ? ` (${grouped(denied)} denied)` : ""}`)]
        : []),
      ...(journal.trouble === undefined ? [] : [red("state not written")]),
      `${rate(perSecond)} messages/s`,
      dim(`${grouped(totals.messages)} in all`)
    ],
    dim(" · ")
  )
}

/** Writes the same as fields of a log. */
export const statusFields = ({ census, global, journal, totals }: FleetStatus, perSecond: number) => ({
  global,
  teams: census.wanted,
  connected: census.connected,
  failing: census.failing,
  slow: census.slowRetry,
  departed: census.departed,
  unconfirmed: census.unconfirmed,
  denied: census.denied,
  messages: totals.messages,
  props: totals.props,
  perSecond: Math.round(perSecond * 10) / 10,
  ...(journal.kind === "none"
    ? {}
    : { state: journal.trouble?.failure.reason ?? "written", unwritten: journal.unwritten })
})
