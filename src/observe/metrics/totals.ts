import { Effect, type Metric, Record } from "effect"
import { type Incident, Stats } from "../../services/Stats.ts"
import { type Violation, violations } from "../../services/Violation.ts"
import { type Attributes, counter, readCounter } from "./metric.ts"

const messages = counter("botswain_messages_total", "Messages of all teams")
const props = counter("botswain_props_total", "Messages with props in them")
const frames = counter("botswain_frames_total", "Frames by outcome; hello and pong are not counted")
const drops = counter("botswain_drops_total", "Team connections that were lost, by reason")
const violated = counter(
  "botswain_violations_total",
  "Connections that we closed because a frame broke a rule, by rule; Global is one of them"
)
const deadPeers = counter("botswain_dead_peers_total", "Team connections whose peer was silent for too long")
const attemptsFailed = counter(
  "botswain_attempts_failed_total",
  "Attempts that got no connection, by the step that failed"
)
const offersDropped = counter(
  "botswain_offers_dropped_total",
  "Offers that no ask waited for, by reason; a team that is not connected keeps one of not-asked"
)

/** Counter, and the attributes of one of its series. */
type Series = readonly [metric: Metric.Counter<number>, attributes?: Attributes]

const only = (name: string, description: string): ReadonlyArray<Series> => [[counter(name, description)]]

/** Series that each incident counts in. */
const incidents: Readonly<Record<Exclude<Incident, `violation.${Violation}`>, ReadonlyArray<Series>>> = {
  "connection.opened": only("botswain_connects_total", "Team connections that were opened"),
  "connection.dropped": [[drops, { reason: "closed" }]],
  "connection.refused": [[drops, { reason: "violation" }]],
  "connection.dead": [[drops, { reason: "dead" }], [deadPeers]],
  "join.refused": only("botswain_joins_refused_total", "Joins beyond the number of teams that are kept at once"),
  "dial.failed": [[attemptsFailed, { step: "dial" }]],
  "offer.refused": [[attemptsFailed, { step: "offer" }]],
  "ask.unanswered": [[attemptsFailed, { step: "ask-unanswered" }]],
  "ask.error": [[attemptsFailed, { step: "ask-error" }]],
  "circuit.opened": only(
    "botswain_circuits_opened_total",
    "Times that most dials to a host failed, so that only canaries were dialled"
  ),
  "offer.after-left": [[offersDropped, { reason: "after-left" }]],
  "offer.unknown-team": [[offersDropped, { reason: "unknown-team" }]],
  "offer.not-asked": [[offersDropped, { reason: "not-asked" }]],
  "global.opened": only("botswain_global_connects_total", "Global connections that were opened"),
  "global.dropped": only("botswain_global_drops_total", "Global connections that were lost"),
  "global.error": only("botswain_global_errors_total", "Errors that the server reported"),
  "healthcheck.answered": only("botswain_healthchecks_total", "Healthchecks that were answered"),
  "healthcheck.refused": only(
    "botswain_healthchecks_refused_total",
    "Answers to healthchecks that the server has closed for as too large"
  ),
  "healthcheck.unwritten": only(
    "botswain_healthchecks_unwritten_total",
    "Healthchecks without an answer, since it would be longer than a text can be"
  ),
  "frame.unknown-type": [[frames, { outcome: "unknown-type" }]],
  "frame.malformed.not-json": [[frames, { outcome: "not-json" }]],
  "frame.malformed.no-type": [[frames, { outcome: "no-type" }]],
  "frame.malformed.bad-fields": [[frames, { outcome: "bad-fields" }]],
  "team.disowned": only(
    "botswain_teams_disowned_total",
    "Teams out of the state that have departed, since the platform denied them"
  ),
  "inbox.overflow": only("botswain_inbox_overflow_total", "Messages that were counted and did not reach the bot"),
  "bot.failed": only("botswain_bot_failures_total", "Messages whose handling failed"),
  "bot.lost": only("botswain_bot_lost_total", "Messages that the bot had when it ended, and had not told of"),
  "bot.restarted": only("botswain_bot_restarts_total", "Times that the bot was started again"),
  "operator.refused": only("botswain_admin_wrong_tokens_total", "Wrong tokens that were shown to the admin surface")
}

/** Metrics of what happened in this run: messages, and incidents of every name. */
export const totalMetrics = Effect.gen(function* () {
  const { totalsUnsafe } = yield* Stats
  for (const [incident, series] of Record.toEntries(incidents)) {
    for (const [metric, attributes] of series) {
      yield* readCounter(metric, () => totalsUnsafe().incidents[incident] ?? 0, attributes)
    }
  }
  for (const rule of violations) {
    yield* readCounter(violated, () => totalsUnsafe().incidents[`violation.${rule}`] ?? 0, { rule })
  }
  yield* readCounter(frames, () => totalsUnsafe().incidents["violation.message-size"] ?? 0, { outcome: "too-big" })
  yield* readCounter(messages, () => totalsUnsafe().messages)
  yield* readCounter(frames, () => totalsUnsafe().messages, { outcome: "message" })
  yield* readCounter(props, () => totalsUnsafe().props)
})
