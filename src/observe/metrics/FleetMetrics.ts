import { Effect, Function, Layer, Metric, Record, type Scope } from "effect"
import { DialBudget } from "../../services/dialing/DialBudget.ts"
import { GlobalLink } from "../../services/GlobalLink.ts"
import { type Incident, Stats } from "../../services/Stats.ts"
import { isConnected, type Team, TeamRegistry } from "../../services/TeamRegistry.ts"
import { stateTags, type Transport } from "../../services/TeamState.ts"
import { ProcessVitals } from "../ProcessVitals.ts"
import * as Metrics from "./handles.ts"

/** Has a metric read its value when it is looked at, which costs nothing in between. Until the Scope closes. */
const reads = <State>(metric: Metric.Metric<number, State>, attributes: Record<string, string>, get: () => State) =>
  Effect.acquireRelease(
    Effect.map(Effect.context(), (context) =>
      Metric.registerUnsafe(Metric.withAttributes(metric, attributes), context, {
        get,
        update: Function.constVoid,
        modify: Function.constVoid
      })
    ),
    (registration) => Effect.sync(registration.remove)
  )

const gauge = (metric: Metric.Gauge<number>, get: () => number, attributes: Record<string, string> = {}) =>
  reads(metric, attributes, () => ({ value: get() }))

const counter = (metric: Metric.Counter<number>, get: () => number, attributes: Record<string, string> = {}) =>
  reads(metric, attributes, () => ({ count: get(), incremental: true }))

/** What the registry's transitions tell: waits, times to connect, and the invariant of one socket a team. */
const observeTeams: Effect.Effect<void, never, Scope.Scope | TeamRegistry> = Effect.gen(function* () {
  const registry = yield* TeamRegistry
  const context = yield* Effect.context()
  /** When the attempt that is under way began. */
  const began = new WeakMap<Team, number>()
  /** The socket that a team had last, while it has none that counts. */
  const leftBehind = new WeakMap<Team, Transport>()
  let retries = 0
  let doubles = 0
  /** The attempt is over, or is put off. What the team had last does not count any more once it is closed. */
  const rest = (team: Team) => {
    began.delete(team)
    if (leftBehind.get(team)?.isOpen() === false) leftBehind.delete(team)
  }

  yield* registry.observe(({ at, from, team, to }) => {
    if (from._tag === "Open") leftBehind.set(team, from.transport)
    switch (to._tag) {
      case "Waiting":
        // For Global, or until its host may be dialled: no part of the attempt.
        return rest(team)
      case "Asking":
      case "Dialing":
        if (!began.has(team)) began.set(team, at)
        return
      case "Open": {
        const start = began.get(team)
        if (start !== undefined) Metrics.timeToConnect.updateUnsafe((at - start) / 1000, context)
        began.delete(team)
        if (leftBehind.get(team)?.isOpen() === true) doubles++
        return void leftBehind.delete(team)
      }
      case "Backoff":
      case "SlowRetry":
        retries++
        return rest(team)
      case "Draining":
      case "Departed":
        return rest(team)
    }
  })
  yield* counter(Metrics.retries, () => retries)
  yield* counter(Metrics.doubleSockets, () => doubles)
})

const readTeams = Effect.gen(function* () {
  const registry = yield* TeamRegistry
  const global = yield* GlobalLink
  const budget = yield* DialBudget
  const count = (matches: (team: Team) => boolean) => () =>
    registry.roster().reduce((sum, team) => (matches(team) ? sum + 1 : sum), 0)

  yield* gauge(Metrics.globalUp, () => (global.isUp() ? 1 : 0))
  yield* gauge(
    Metrics.teamsWanted,
    count(({ wanted }) => wanted)
  )
  yield* gauge(
    Metrics.teamsConnected,
    count((team) => team.wanted && isConnected(team))
  )
  for (const state of stateTags) {
    yield* gauge(
      Metrics.teams,
      count((team) => team.state._tag === state),
      { state }
    )
  }
  yield* gauge(Metrics.dialsInFlight, () => budget.load().dials.inFlight)
  yield* gauge(Metrics.dialsWaiting, () => budget.load().dials.waiting)
  yield* gauge(Metrics.asksWaiting, () => budget.load().asksWaiting)
})

/** A metric, and the attributes that something counts with in it. */
type Series = readonly [metric: Metric.Counter<number>, attributes?: Record<string, string>]

/** What each incident counts in. */
const incidents: Readonly<Record<Incident, ReadonlyArray<Series>>> = {
  "connection.opened": [[Metrics.connects]],
  "connection.dropped": [[Metrics.drops, { reason: "closed" }]],
  "connection.dead": [[Metrics.drops, { reason: "dead" }], [Metrics.deadPeers]],
  "dial.failed": [[Metrics.attemptsFailed, { step: "dial" }]],
  "offer.refused": [[Metrics.attemptsFailed, { step: "offer" }]],
  "ask.unanswered": [[Metrics.attemptsFailed, { step: "ask-unanswered" }]],
  "ask.error": [[Metrics.attemptsFailed, { step: "ask-error" }]],
  "circuit.opened": [[Metrics.circuitsOpened]],
  "offer.after-left": [[Metrics.offersDropped, { reason: "after-left" }]],
  "offer.unknown-team": [[Metrics.offersDropped, { reason: "unknown-team" }]],
  "offer.not-asked": [[Metrics.offersDropped, { reason: "not-asked" }]],
  "global.opened": [[Metrics.globalConnects]],
  "global.dropped": [[Metrics.globalDrops]],
  "global.error": [[Metrics.globalErrors]],
  "healthcheck.answered": [[Metrics.healthchecks]],
  "frame.unknown-type": [[Metrics.frames, { outcome: "unknown-type" }]],
  "frame.malformed.not-json": [[Metrics.frames, { outcome: "not-json" }]],
  "frame.malformed.no-type": [[Metrics.frames, { outcome: "no-type" }]],
  "frame.malformed.bad-fields": [[Metrics.frames, { outcome: "bad-fields" }]],
  "frame.too-big": [[Metrics.frames, { outcome: "too-big" }]],
  "inbox.overflow": [[Metrics.inboxOverflow]],
  "bot.failed": [[Metrics.botFailures]]
}

const readStats = Effect.gen(function* () {
  const { totalsUnsafe } = yield* Stats
  for (const [incident, series] of Record.toEntries(incidents)) {
    for (const [metric, attributes] of series) {
      yield* counter(metric, () => totalsUnsafe().incidents[incident] ?? 0, attributes)
    }
  }
  yield* counter(Metrics.messages, () => totalsUnsafe().messages)
  yield* counter(Metrics.frames, () => totalsUnsafe().messages, { outcome: "message" })
  yield* counter(Metrics.props, () => totalsUnsafe().props)
})

const readProcess = Effect.gen(function* () {
  const { look } = yield* ProcessVitals
  yield* counter(Metrics.cpuSeconds, () => look().cpu)
  yield* gauge(Metrics.residentMemory, () => look().resident)
  yield* gauge(Metrics.heapUsed, () => look().heap)
  yield* gauge(Metrics.startTime, () => look().began / 1000)
  yield* gauge(Metrics.loopUtilization, () => look().utilization)
  for (const quantile of ["p50", "p99", "max"] as const) {
    yield* gauge(Metrics.loopLag[quantile], () => look().lag[quantile])
  }
})

/**
 * Makes the fleet's metrics readable, in Effect's own registry: for Prometheus, OTLP, or whatever reads that. Nothing is
 * counted twice: values are read from the fleet's services when somebody looks.
 */
export const layer: Layer.Layer<never, never, DialBudget | GlobalLink | ProcessVitals | Stats | TeamRegistry> =
  Layer.effectDiscard(Effect.all([observeTeams, readTeams, readStats, readProcess], { discard: true }))
