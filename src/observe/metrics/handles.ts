import { Metric } from "effect"

// Every metric's name, in one place. None is by team: a fleet of ten thousand would be ten thousand series.

const counter = (name: string, description: string) => Metric.counter(name, { description, incremental: true })
const gauge = (name: string, description: string) => Metric.gauge(name, { description })
/** `from` and `to`: the seconds that the first and the last of its bounds may be. */
const seconds = (name: string, description: string, from: number, to: number) =>
  Metric.histogram(name, { description, boundaries: bounds.filter((bound) => bound >= from && bound <= to) })

const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

export const roundTrip = seconds(
  "botswain_ping_round_trip_seconds",
  "From a ping on a Team connection to its pong",
  0.001,
  10
)
export const timeToConnect = seconds(
  "botswain_time_to_connect_seconds",
  "From the beginning of a team's attempt to its open connection",
  0.005,
  60
)

export const globalUp = gauge("botswain_global_up", "1 while the Global connection is up")
export const teams = gauge("botswain_teams", "Teams by the state of their connection")
export const teamsWanted = gauge("botswain_teams_wanted", "Teams that have joined and not left")
export const teamsConnected = gauge("botswain_teams_connected", "Wanted teams whose WebSocket is open at this instant")

export const connects = counter("botswain_connects_total", "Team connections that were opened")
export const drops = counter("botswain_drops_total", "Team connections that were lost, by reason")
export const deadPeers = counter("botswain_dead_peers_total", "Team connections whose peer was silent for too long")
export const retries = counter("botswain_retries_total", "Waits of teams before another attempt")
export const attemptsFailed = counter(
  "botswain_attempts_failed_total",
  "Attempts that got no connection, by the step that failed"
)
export const dialsInFlight = gauge("botswain_dials_in_flight", "Handshakes that are under way")
export const dialsWaiting = gauge("botswain_dials_waiting", "Handshakes that wait for their turn")
export const asksWaiting = gauge("botswain_asks_waiting", "Asks for a URL that wait for their turn")
export const circuitsOpened = counter(
  "botswain_circuits_opened_total",
  "Times that most dials to a host failed, so that only canaries were dialled"
)
export const offersDropped = counter(
  "botswain_offers_dropped_total",
  "Offers that no ask waited for, by reason; a team that is not connected keeps one of not-asked"
)
export const doubleSockets = counter(
  "botswain_double_sockets_total",
  "Times that a team had two open sockets; must be 0"
)

export const globalConnects = counter("botswain_global_connects_total", "Global connections that were opened")
export const globalDrops = counter("botswain_global_drops_total", "Global connections that were lost")
export const globalErrors = counter("botswain_global_errors_total", "Errors that the server reported")
export const healthchecks = counter("botswain_healthchecks_total", "Healthchecks that were answered")

export const messages = counter("botswain_messages_total", "Messages of all teams")
export const props = counter("botswain_props_total", "Messages with props in them")
export const frames = counter("botswain_frames_total", "Frames by outcome; hello and pong are not counted")
export const inboxOverflow = counter(
  "botswain_inbox_overflow_total",
  "Messages that were counted and did not reach the bot"
)
export const botFailures = counter("botswain_bot_failures_total", "Messages whose handling failed")

export const cpuSeconds = counter("process_cpu_seconds_total", "User and system CPU time of the process")
export const residentMemory = gauge("process_resident_memory_bytes", "Resident memory of the process")
export const startTime = gauge("process_start_time_seconds", "When the process began, in seconds since 1970")
export const heapUsed = gauge("nodejs_heap_size_used_bytes", "Used part of the JavaScript heap")
/** Of a name each, as Prometheus' Node client has them: `quantile` is a label of summaries, and these are none. */
export const loopLag = {
  p50: gauge("nodejs_eventloop_lag_p50_seconds", "Median delay of the event loop since the last look"),
  p99: gauge("nodejs_eventloop_lag_p99_seconds", "99th percentile of the event loop's delay since the last look"),
  max: gauge("nodejs_eventloop_lag_max_seconds", "Longest delay of the event loop since the last look")
}
export const loopUtilization = gauge(
  "nodejs_eventloop_utilization_ratio",
  "Share of time that the event loop was busy since the last look"
)
