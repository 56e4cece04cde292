import { Deferred, Effect, Exit, identity, Layer, Scope } from "effect"
import { ClientMachine } from "../rehearsal/memory/ClientMachine.ts"
import { Rehearsal } from "../rehearsal/Rehearsal.ts"
import { DescriptorTable, type Table } from "../services/descriptors/DescriptorTable.ts"
import { Fleet } from "../services/Fleet.ts"
import { LeakAudit } from "../services/LeakAudit.ts"
import { type BadSetting, check, type SettingsInput } from "../services/Settings.ts"
import { Socket } from "../services/Socket.ts"
import { Stats } from "../services/Stats.ts"
import { TeamRegistry, type Transition } from "../services/TeamRegistry.ts"
import { Checker } from "./checker/Checker.ts"
import { checkSocket } from "./checker/checkSocket.ts"
import { guaranteesOf } from "./checker/Guarantees.ts"
import type { NetworkConditions } from "./checker/NetworkConditions.ts"
import type { FaultName } from "./faults/names.ts"
import { observersOf } from "./invariants/all.ts"
import { alternatePhases } from "./phases/alternatePhases.ts"
import { shutdown } from "./phases/shutdown.ts"
import { drawTeamIds } from "./phases/teamActivity.ts"
import { Prng } from "./Prng.ts"
import type { Scenario } from "./Scenario.ts"
import type { Script, Simulation } from "./Simulation.ts"
import { VirtualTime } from "./time/VirtualTime.ts"
import type { Violation } from "./Violation.ts"

/** Layer of a fleet that can be simulated: on any socket, with the services that the checker looks into. */
export type SimulatedFleet = Layer.Layer<Fleet | Stats | TeamRegistry, BadSetting, Socket>

/** Builds the fleet of a scenario. `settings` are those of the scenario, with the URL of its server. */
export type MakeFleet = (settings: SettingsInput, scenario: Scenario) => SimulatedFleet

/** Outcome of a simulation. */
export interface Outcome {
  readonly violations: ReadonlyArray<Violation>
  /** Number of times that each fault has happened. */
  readonly faults: Partial<Record<FaultName, number>>
  /** Milliseconds of virtual time. */
  readonly millis: number
  readonly teams: number
  readonly dials: number
  /** Number of messages that the fleet has read. */
  readonly messages: number
}

/** Fleet, network and script to run a scenario with. */
export interface SimulationSetup {
  readonly network: NetworkConditions
  readonly fleet: MakeFleet
  /** Default: {@link alternatePhases}. */
  readonly script?: Script | undefined
  /** Called with each line of the trace. */
  readonly trace?: ((line: string) => void) | undefined
}

const describeTransition = ({ id, to }: Transition): string => {
  const { failures = 0, reason = "" } = { failures: undefined, reason: undefined, ...to }
  return `state   team ${JSON.stringify(id)} ${to._tag} ${failures} ${reason}`
}

/** Descriptors that the fleet knows of: those of its sockets, as on a machine where nothing else runs. */
const tableOf = ({ machine }: Checker): Table => ({
  limit: () => (Number.isFinite(machine.socketLimit) ? machine.socketLimit : undefined),
  count: () => machine.sockets
})

/** Builds the fleet, runs the script, and shuts the fleet down. */
const runFleet = Effect.fnUntraced(function* (simulation: Simulation, fleet: SimulatedFleet, script: Script) {
  const { checker, rehearsal, scenario } = simulation
  const socket = yield* checkSocket(yield* Socket, checker, rehearsal.globalUrl)
  const scope = yield* Scope.make()
  // Made before the fleet is, so that it closes after it: the transitions of the shutdown are checked too.
  const observing = yield* Scope.fork(scope)
  const built = yield* Layer.buildWithScope(Layer.provide(fleet, Layer.succeed(Socket, socket)), scope).pipe(
    Effect.provideService(LeakAudit, checker.leakAudit),
    scenario.machine.limitIsKnown ? Effect.provideService(DescriptorTable, tableOf(checker)) : identity,
    checker.time.inFleet
  )
  const services = yield* Effect.all({ stats: Stats, registry: TeamRegistry, fleet: Fleet }).pipe(
    Effect.provideContext(built)
  )
  checker.fleet = services
  yield* Scope.provide(
    services.registry.observe((transition) => {
      checker.trace(() => describeTransition(transition))
      for (const observer of checker.observers) observer.onTransition?.(transition)
    }),
    observing
  )
  yield* script(simulation)
  yield* shutdown(simulation, services.fleet, scope)
})

/** Runs a scenario with a fleet, until its end or the first violation. */
export const simulate = (
  scenario: Scenario,
  { fleet, network, script = alternatePhases, trace }: SimulationSetup
): Effect.Effect<Outcome, BadSetting, ClientMachine | Rehearsal | Socket | VirtualTime> =>
  Effect.gen(function* () {
    const time = yield* VirtualTime
    const rehearsal = yield* Rehearsal
    const client = yield* ClientMachine
    const machine = yield* client.state
    const input = { ...scenario.settings, url: rehearsal.globalUrl }
    const settings = yield* Effect.fromResult(check(input))
    const server = yield* rehearsal.state
    const guarantees = guaranteesOf(settings, scenario.latency, scenario.teams)
    const checker = new Checker({ time, settings, guarantees, server, machine, network, trace })
    checker.observers = observersOf(checker)
    const prng = yield* Prng.make
    const ids = drawTeamIds(prng, scenario.teams)
    const simulation: Simulation = { prng, rehearsal, machine: client, scenario, checker, ids, faults: {} }

    const over = yield* Deferred.make<void, BadSetting>()
    time.atEndOfInstant(() => {
      for (const observer of checker.observers) observer.atEndOfInstant?.()
      if (checker.violations.length > 0) Deferred.doneUnsafe(over, Exit.void)
    })

    // Detached: a fleet that has a bug may never end, and what is left of it goes with its time.
    yield* Effect.forkDetach(Deferred.into(runFleet(simulation, fleet(input, scenario), script), over))
    yield* Deferred.await(over)

    const totals = checker.fleet === undefined ? undefined : yield* checker.fleet.stats.totals
    const failed = totals?.incidents["bot.failed"]
    return {
      violations: checker.violations,
      faults: failed === undefined ? simulation.faults : { ...simulation.faults, "bot code fails": failed },
      millis: time.now(),
      teams: ids.length,
      dials: server.dials.total,
      messages: checker.model.messages
    }
  })
