import { setTimeout } from "node:timers/promises"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { assert, describe, it } from "@effect/vitest"
import { type TeamId, TeamRegistry } from "botswain"
import { Cut, Rehearsal } from "botswain/rehearsal"
import { Effect, Layer, Metric } from "effect"
import { PrometheusMetrics } from "effect/observability"
import * as FleetMetrics from "../../../src/observe/metrics/FleetMetrics.ts"
import { OutputLoss } from "../../../src/observe/OutputLoss.ts"
import { ProcessVitals } from "../../../src/observe/ProcessVitals.ts"
import { BotHost } from "../../../src/services/BotHost.ts"
import { Descriptors } from "../../../src/services/Descriptors.ts"
import { NameLookups } from "../../../src/services/NameLookups.ts"
import { Stats } from "../../../src/services/Stats.ts"
import { outOfDescriptors } from "../../support/descriptors.ts"
import { eventually, joined, pass, withFleet } from "../../support/fleet.ts"
import { parsePrometheus, valueOf } from "../../support/prometheus.ts"
import { restartedWith } from "../../support/restarts.ts"

const vitals = Layer.succeed(ProcessVitals, {
  look: () => ({
    cpu: 1.5,
    resident: 2,
    heap: 3,
    began: 4_000,
    lag: { p50: 0.1, p99: 0.2, max: 0.3 },
    utilization: 0.5
  })
})

/** A bot that is down. */
const bot = Layer.succeed(BotHost, {
  look: () => ({
    state: "down" as const,
    since: 0,
    counts: { offered: 10, handled: 5, failed: 1, overflow: 1, lost: 1 },
    held: 2,
    restarts: 1,
    unending: 3,
    trouble: "it exited with code 7"
  })
})

const read = Effect.map(PrometheusMetrics.format(), parsePrometheus)

/** Collects garbage after some turns of the event loop, which may hold some of it. */
const collectGarbage = Effect.promise(async () => {
  setFlagsFromString("--expose-gc")
  const collect: () => void = runInNewContext("gc")
  for (let turn = 0; turn < 3; turn++) {
    await setTimeout(5)
    collect()
  }
})

/** Runs a test with metrics in a registry of their own. */
const withMetrics = <A, E, R>(test: Effect.Effect<A, E, R>) =>
  test.pipe(
    Effect.provide(FleetMetrics.layer.pipe(Layer.provide(vitals))),
    withFleet(),
    Effect.provideService(Metric.MetricRegistry, new Map())
  )

describe("metrics", () => {
  it.effect("tell how the bot is, where there is one", () =>
    Effect.gen(function* () {
      const families = yield* read
      const tell = (name: string) => valueOf(families, `botswain_bot_${name}`)
      assert.deepStrictEqual(["up", "handled_total", "messages_held", "unending"].map(tell), [0, 5, 2, 3])
    }).pipe(
      Effect.provide(FleetMetrics.layer.pipe(Layer.provide(vitals), Layer.provide(bot))),
      withFleet(),
      Effect.provideService(Metric.MetricRegistry, new Map())
    )
  )

  it.effect("tell of teams that the platform denies, and how the state is, where there is one", () =>
    restartedWith([1, 2, 3], (memory) =>
      Effect.gen(function* () {
        const { say } = yield* Rehearsal
        const tell = (families: Parameters<typeof valueOf>[0], ...names: ReadonlyArray<string>) =>
          names.map((name) => valueOf(families, `botswain_${name}`))
        yield* joined(1)
        yield* pass("1 minute")
        const well = yield* read
        assert.deepStrictEqual(tell(well, "teams_unconfirmed", "teams_denied"), [2, 2])
        assert.deepStrictEqual(tell(well, "state_failing", "state_unwritten_teams"), [0, 0])
        assert.isAtLeast(valueOf(well, "botswain_state_flush_seconds_count") ?? 0, 50)
        yield* memory.fault({ _tag: "Fails", reason: "full" })
        yield* say(1, "hello")
        yield* pass("2 seconds")
        const ill = yield* read
        assert.deepStrictEqual(tell(ill, "state_failing", "state_unwritten_teams"), [1, 1])
        assert.isBelow(valueOf(ill, "botswain_state_flushed_time_seconds") ?? Infinity, 62)
      }).pipe(Effect.provide(FleetMetrics.layer.pipe(Layer.provide(vitals))))
    ).pipe(Effect.provideService(Metric.MetricRegistry, new Map()))
  )

  it.effect("measure round trips and times to connect, with what the network takes", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* rehearsal.delayDials("70 millis")
      yield* joined(1, 2)
      yield* pass("1 minute")
      const families = yield* read
      const buckets = (le: string) => valueOf(families, "botswain_time_to_connect_seconds_bucket", { le })
      assert.deepStrictEqual([buckets("0.05"), buckets("0.1")], [0, 2])
      assert.isAtLeast(valueOf(families, "botswain_ping_round_trip_seconds_count") ?? 0, 6)
    }).pipe(withMetrics)
  )

  it.effect("tell dead peers from closed ones, and count waits", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* joined(1, 2)
      yield* rehearsal.mute(1)
      yield* rehearsal.cut(2)
      yield* eventually("both are back", (state) => state.team(1).opens === 2 && state.team(2).opens === 2, 60_000)
      const families = yield* read
      assert.strictEqual(valueOf(families, "botswain_drops_total", { reason: "dead" }), 1)
      assert.strictEqual(valueOf(families, "botswain_drops_total", { reason: "closed" }), 1)
      assert.strictEqual(valueOf(families, "botswain_dead_peers_total"), 1)
      assert.strictEqual(valueOf(families, "botswain_retries_total"), 2)
      assert.strictEqual(valueOf(families, "botswain_double_sockets_total"), 0)
    }).pipe(withMetrics)
  )

  it.effect("hold no connection of a team that has none", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      const registry = yield* TeamRegistry
      yield* joined(1, 2)
      const transportOf = (id: TeamId) => {
        const { state } = registry.find(id)!
        return new WeakRef(state._tag === "Open" ? state.transport : assert.fail("it is not connected"))
      }
      const [left, lost] = [transportOf(1), transportOf(2)]
      yield* rehearsal.refuseDials()
      yield* rehearsal.leave(1)
      yield* rehearsal.cut(2)
      yield* pass("10 minutes")
      yield* collectGarbage
      assert.isUndefined(left.deref(), "of a team that has left")
      assert.isUndefined(lost.deref(), "of a team that waits on the ladder")
    }).pipe(withMetrics)
  )

  it.effect("see dials in flight and those that wait", () =>
    Effect.gen(function* () {
      const rehearsal = yield* Rehearsal
      yield* eventually("Global is up", (state) => state.global.openSockets === 1)
      yield* rehearsal.hangDials()
      for (let id = 0; id < 100; id++) yield* rehearsal.join(id)
      yield* pass("2 seconds")
      const families = yield* read
      const { dials } = yield* rehearsal.state
      assert.isAtLeast(dials.inFlight, 20)
      assert.strictEqual(valueOf(families, "botswain_dials_in_flight"), dials.inFlight)
      assert.strictEqual(valueOf(families, "botswain_dials_waiting"), 100 - dials.inFlight)
      const inState = (state: string) => valueOf(families, "botswain_teams", { state }) ?? 0
      assert.isAtLeast(inState("Dialing"), dials.inFlight)
      assert.strictEqual(inState("Dialing") + inState("Waiting"), 100)
    }).pipe(withMetrics)
  )

  it.effect("see look-ups of names, where the socket tells of them", () =>
    Effect.gen(function* () {
      const families = yield* read
      const values = ["name_lookups", "name_lookups_hanging", "names_waiting"].map((name) =>
        valueOf(families, `botswain_${name}`)
      )
      assert.deepStrictEqual(values, [5, 2, 3])
    }).pipe(
      withMetrics,
      Effect.provideService(NameLookups, { load: () => ({ names: 9, waiting: 3, underWay: 5, hanging: 2 }) })
    )
  )

  it.effect("count what is refused, dropped and lost, each in a place of its own", () =>
    Effect.gen(function* () {
      const { tally } = yield* Stats
      for (const [incident, name, labels] of [
        ["frame.unknown-type", "frames", { outcome: "unknown-type" }],
        ["frame.malformed.not-json", "frames", { outcome: "not-json" }],
        ["frame.malformed.no-type", "frames", { outcome: "no-type" }],
        ["frame.malformed.bad-fields", "frames", { outcome: "bad-fields" }],
        ["violation.message-size", "frames", { outcome: "too-big" }],
        ["violation.utf-8", "violations", { rule: "utf-8" }],
        ["connection.refused", "drops", { reason: "violation" }],
        ["dial.failed", "attempts_failed", { step: "dial" }],
        ["offer.refused", "attempts_failed", { step: "offer" }],
        ["ask.unanswered", "attempts_failed", { step: "ask-unanswered" }],
        ["ask.error", "attempts_failed", { step: "ask-error" }],
        ["offer.after-left", "offers_dropped", { reason: "after-left" }],
        ["offer.unknown-team", "offers_dropped", { reason: "unknown-team" }],
        ["offer.not-asked", "offers_dropped", { reason: "not-asked" }],
        ["circuit.opened", "circuits_opened", {}],
        ["global.dropped", "global_drops", {}],
        ["global.error", "global_errors", {}],
        ["healthcheck.answered", "healthchecks", {}],
        ["healthcheck.refused", "healthchecks_refused", {}],
        ["healthcheck.unwritten", "healthchecks_unwritten", {}],
        ["inbox.overflow", "inbox_overflow", {}],
        ["bot.failed", "bot_failures", {}],
        ["bot.lost", "bot_lost", {}],
        ["bot.restarted", "bot_restarts", {}]
      ] as const) {
        const value = Effect.map(read, (families) => valueOf(families, `botswain_${name}_total`, labels))
        assert.strictEqual(yield* value, 0, incident)
        tally(incident)
        assert.strictEqual(yield* value, 1, incident)
      }
    }).pipe(withMetrics)
  )

  it.effect("have the descriptors that are open and allowed, where that is known", () =>
    Effect.gen(function* () {
      const families = yield* read
      assert.strictEqual(valueOf(families, "process_open_fds"), 118)
      assert.strictEqual(valueOf(families, "process_max_fds"), 120)
    }).pipe(
      Effect.provide(FleetMetrics.layer.pipe(Layer.provide(vitals))),
      Effect.provideService(Descriptors, outOfDescriptors),
      withFleet(),
      Effect.provideService(Metric.MetricRegistry, new Map())
    )
  )

  it.effect("have the lines of output that nobody took, where the program prints", () =>
    Effect.gen(function* () {
      assert.strictEqual(valueOf(yield* read, "botswain_output_dropped_total"), 12)
    }).pipe(
      withMetrics,
      Effect.provideService(OutputLoss, () => 12)
    )
  )

  it.effect("have no such number where none is known", () =>
    Effect.gen(function* () {
      const families = yield* read
      assert.isFalse(families.has("process_open_fds"))
      assert.isFalse(families.has("process_max_fds"))
    }).pipe(withMetrics)
  )

  it.effect("are the same series for a hundred teams in every trouble as for one in none", () =>
    Effect.gen(function* () {
      const series = Effect.map(read, (families) =>
        Array.from(families.values()).flatMap(({ samples }) =>
          samples.map(({ labels, name }) => `${name} ${JSON.stringify(labels)}`)
        )
      )
      const rehearsal = yield* Rehearsal
      yield* joined(1)
      yield* pass("1 minute")
      const ofOne = yield* series
      yield* joined(...Array.from({ length: 99 }, (_, index) => `team-${index}`))
      yield* rehearsal.mute("team-0")
      yield* rehearsal.cut("team-1", Cut.CloseFrame({ code: 4321 }))
      yield* rehearsal.sendRaw({ team: "team-2" }, `{"type":"a type of its own"}`)
      yield* rehearsal.refuseDials({ of: { team: "team-3" } })
      yield* rehearsal.cut("team-3")
      yield* rehearsal.leave("team-4")
      yield* pass("3 minutes")
      assert.deepStrictEqual(yield* series, ofOne)
    }).pipe(withMetrics)
  )

  it.effect("are gone with the layer", () =>
    Effect.gen(function* () {
      yield* Effect.scoped(Layer.build(FleetMetrics.layer.pipe(Layer.provide(vitals))))
      assert.strictEqual(yield* PrometheusMetrics.format(), "")
    }).pipe(withFleet(), Effect.provideService(Metric.MetricRegistry, new Map()))
  )
})
