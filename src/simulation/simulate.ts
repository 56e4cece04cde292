import { Deferred, Effect, Exit, Fiber, Layer, Scope, Stream } from "effect"
import { Rehearsal } from "../rehearsal/Rehearsal.ts"
import { Fleet } from "../services/Fleet.ts"
import { LeakAudit } from "../services/LeakAudit.ts"
import { type BadSetting, check, type SettingsInput } from "../services/Settings.ts"
import { Socket } from "../services/Socket.ts"
import { Stats } from "../services/Stats.ts"
import { TeamRegistry } from "../services/TeamRegistry.ts"
import { type Network, Checker } from "./checker/Checker.ts"
import { checkSocket } from "./checker/checkSocket.ts"
import { guaranteesOf } from "./checker/Guarantees.ts"
import type { FaultName } from "./faults/names.ts"
import { observersOf } from "./invariants/all.ts"
import { clear, type Scene, chaos } from "./phases/chaos.ts"
import { quiesce } from "./phases/quiesce.ts"
import { end } from "./phases/shutdown.ts"
import { idsOf } from "./phases/teamActivity.ts"
import { Prng } from "./Prng.ts"
import type { Scenario } from "./Scenario.ts"
import { VirtualTime } from "./time/VirtualTime.ts"
import type { Violation } from "./Violation.ts"

/** A fleet that can be simulated: any layer of it on a socket, with its statistics and its roster to look into. */
export type SimulatedFleet = Layer.Layer<Fleet | Stats | TeamRegistry, BadSetting, Socket>

/** Makes the fleet of a story: of its settings, and with bot code that fails if the story says so. */
export type FleetOf = (settings: SettingsInput, story: Scenario) => SimulatedFleet

/** How a story went. */
export interface Outcome {
  readonly violations: ReadonlyArray<Violation>
  readonly faults: Partial<Record<FaultName, number>>
  /** Virtual milliseconds. */
  readonly millis: number
  readonly teams: number
  readonly dials: number
  /** That the fleet has read. */
  readonly messages: number
}

const minute = 60_000

const tellTransitions = (watch: Checker, registry: TeamRegistry["Service"]): Effect.Effect<void> =>
  Stream.runForEach(registry.changes, ({ id, to }) =>
    Effect.sync(() =>
      watch.tell(() => {
        const { failures = 0, reason = "" } = { failures: undefined, reason: undefined, ...to }
        return `state   team ${JSON.stringify(id)} ${to._tag} ${failures} ${reason}`
      })
    )
  )

/** What happens in a story, from when the fleet has begun until its end. */
export type Script = (scene: Scene) => Effect.Effect<void>

/** Storms and calms in turn, as long as the story is. */
export const stormsAndCalms: Script = Effect.fnUntraced(function* (scene: Scene) {
  const { prng: dice, ids, rehearsal, scenario: story, checker: watch } = scene
  for (const id of dice.some(ids, 0.7)) yield* rehearsal.join(id)
  const until = story.minutes * minute
  while (true) {
    yield* chaos(scene, dice.scale(10_000, Math.max(10_000, until / 3)))
    const isLast = watch.time.now() >= until
    if (isLast && story.endsInStorm) return
    yield* clear(scene)
    yield* quiesce(scene)
    if (isLast) return
  }
})

/** What a story is lived with. */
export interface Cast {
  readonly network: Network
  readonly fleet: FleetOf
  /** Default: {@link stormsAndCalms}. */
  readonly script?: Script | undefined
  /** Hears the story, line by line. */
  readonly trace?: ((line: string) => void) | undefined
}

/** Lives a story with a fleet, and tells what did not hold: it ends at the first thing. */
export const simulate = (
  story: Scenario,
  { fleet, network, script = stormsAndCalms, trace }: Cast
): Effect.Effect<Outcome, BadSetting, Rehearsal | Socket | VirtualTime> =>
  Effect.gen(function* () {
    const time = yield* VirtualTime
    const rehearsal = yield* Rehearsal
    const input = { ...story.settings, url: rehearsal.globalUrl }
    const settings = yield* Effect.fromResult(check(input))
    const server = yield* rehearsal.state
    const bounds = guaranteesOf(settings, story.latency, story.teams)
    const watch = new Checker({ time, settings, bounds, server, network, trace })
    watch.observers = observersOf(watch)
    const dice = yield* Prng.make
    const scene: Scene = {
      prng: dice,
      rehearsal,
      scenario: story,
      checker: watch,
      ids: idsOf(dice, story.teams),
      faults: {}
    }

    const over = yield* Deferred.make<void, BadSetting>()
    time.atEndOfInstant(() => {
      for (const observer of watch.observers) observer.atEndOfInstant?.()
      if (watch.violations.length > 0) Deferred.doneUnsafe(over, Exit.void)
    })

    const live = Effect.gen(function* () {
      const socket = yield* checkSocket(yield* Socket, watch, rehearsal.globalUrl)
      const scope = yield* Scope.make()
      let teller: Fiber.Fiber<void> | undefined
      // Added first, so that it runs last: the story is told to its end.
      yield* Scope.addFinalizer(
        scope,
        Effect.suspend(() => (teller === undefined ? Effect.void : Fiber.interrupt(teller)))
      )
      const built = yield* Layer.buildWithScope(
        Layer.provide(fleet(input, story), Layer.succeed(Socket, socket)),
        scope
      ).pipe(Effect.provideService(LeakAudit, watch.holdings), time.inFleet)
      const books = yield* Effect.all({ stats: Stats, registry: TeamRegistry, fleet: Fleet }).pipe(
        Effect.provideContext(built)
      )
      watch.books = books
      if (trace !== undefined) teller = yield* Effect.forkChild(tellTransitions(watch, books.registry))
      yield* script(scene)
      yield* end(scene, books.fleet, scope)
    })
    // Detached: a fleet that has a bug may never end, and what is left of it goes with its time.
    yield* Effect.forkDetach(Deferred.into(live, over))
    yield* Deferred.await(over)

    const totals = watch.books === undefined ? undefined : yield* watch.books.stats.totals
    const failed = totals?.incidents["bot.failed"]
    return {
      violations: watch.violations,
      faults: failed === undefined ? scene.faults : { ...scene.faults, "bot code fails": failed },
      millis: time.now(),
      teams: scene.ids.length,
      dials: server.dials.total,
      messages: watch.model.messages
    }
  })
