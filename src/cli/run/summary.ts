import type { LedgerView } from "../../services/ledger/Ledger.ts"
import type { Incident, Totals } from "../../services/Stats.ts"
import type { Census } from "../../services/TeamRegistry.ts"
import type { Signal } from "../Host.ts"
import { counted, grouped, span } from "../terminal/format.ts"

/** Report of a run that has ended. */
export interface RunReport {
  readonly endedBy: "goodbye" | "operator" | Signal
  /** Milliseconds. */
  readonly duration: number
  /** State of the teams when the end came, before connections were closed. */
  readonly census: Census
  /** Counts of the whole run, with what arrived while connections were closed. */
  readonly totals: Totals
  /** What of it is in the journal, after the last flush. */
  readonly journal: LedgerView
}

const ends: Readonly<Record<RunReport["endedBy"], string>> = {
  goodbye: "The server said goodbye",
  operator: "Drained by an operator",
  SIGHUP: "Stopped by SIGHUP",
  SIGINT: "Stopped by SIGINT",
  SIGTERM: "Stopped by SIGTERM"
}

/** Sums up a run in lines. */
export const summary = ({ census, duration, endedBy, journal, totals }: RunReport): ReadonlyArray<string> => {
  const times = (incident: Incident) => totals.incidents[incident] ?? 0
  const reconnects = Math.max(0, times("global.opened") - 1)
  const failing = census.failing === 0 ? "" : `${grouped(census.failing)} of them failing, `
  const denied = census.denied === 0 ? "" : `${grouped(census.denied)} of them denied by the platform, `
  const seen = troublesOf(totals)
  return [
    `${ends[endedBy]} after ${span(duration)}.`,
    `  Teams        ${grouped(census.wanted)} at the end, ${failing}${denied}${grouped(census.departed)} departed`,
    `  Messages     ${grouped(totals.messages)}, of which ${grouped(totals.props)} with props`,
    `  Connections  ${grouped(times("connection.opened"))} opened, ${grouped(times("connection.dropped"))} dropped, ` +
      `${grouped(times("connection.dead"))} found dead, ${counted(times("dial.failed"), "dial")} failed`,
    `  Global       ${counted(reconnects, "reconnect")}, ${counted(times("healthcheck.answered"), "healthcheck")} answered`,
    ...(journal.kind === "none" ? [] : [`  State        ${stateAtTheEnd(journal)}`]),
    ...(seen.length === 0 ? [] : [`  Take a look  ${seen.join(", ")}`])
  ]
}

const stateAtTheEnd = ({ unwritten }: LedgerView): string =>
  unwritten === 0
    ? "all of it is written"
    : `changes of ${counted(unwritten, "team")} are not written, and lost: the log says why`

/** Incidents that a run without trouble does not have, in words for one and for many. */
const troubles: ReadonlyArray<readonly [incident: Incident, one: string, many: string]> = [
  ["healthcheck.refused", "answer to a healthcheck refused", "answers to healthchecks refused"],
  ["healthcheck.unwritten", "healthcheck whose answer was too long", "healthchecks whose answers were too long"],
  ["join.refused", "join refused", "joins refused"],
  ["team.disowned", "team of the state gone for good", "teams of the state gone for good"],
  ["offer.refused", "offer refused", "offers refused"],
  ["offer.after-left", "offer for a team that had left", "offers for teams that had left"],
  ["offer.unknown-team", "offer for an unknown team", "offers for unknown teams"],
  ["offer.not-asked", "offer not asked for", "offers not asked for"],
  ["ask.unanswered", "ask unanswered", "asks unanswered"],
  ["ask.error", "ask answered with an error", "asks answered with an error"],
  ["global.error", "error from the server", "errors from the server"],
  ["connection.refused", "connection closed for what was sent on it", "connections closed for what was sent on them"],
  ["frame.malformed.not-json", "frame that was no JSON", "frames that were no JSON"],
  ["frame.malformed.no-type", "frame without a type", "frames without a type"],
  ["frame.malformed.bad-fields", "frame with wrong fields", "frames with wrong fields"],
  ["frame.unknown-type", "frame of an unknown type", "frames of unknown types"],
  ["inbox.overflow", "message dropped before the bot", "messages dropped before the bot"],
  ["bot.failed", "failure of the bot", "failures of the bot"],
  ["bot.restarted", "restart of the bot", "restarts of the bot"],
  ["bot.lost", "message lost with the bot", "messages lost with the bot"],
  ["operator.refused", "wrong token of an operator", "wrong tokens of operators"]
]

const troublesOf = ({ incidents }: Totals): ReadonlyArray<string> =>
  troubles.flatMap(([incident, one, many]) => {
    const times = incidents[incident] ?? 0
    return times === 0 ? [] : [counted(times, one, many)]
  })
