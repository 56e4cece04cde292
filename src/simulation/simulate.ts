import { Deferred, Effect, Exit } from "effect"
import { ClientMachine } from "../rehearsal/memory/ClientMachine.ts"
import type { JournalMemory } from "../rehearsal/memory/JournalMemory.ts"
import { Rehearsal } from "../rehearsal/Rehearsal.ts"
import { type BadSetting, check, type SettingsInput } from "../services/Settings.ts"
import type { Socket } from "../services/Socket.ts"
import { Checker } from "./checker/Checker.ts"
import { guaranteesOf } from "./checker/Guarantees.ts"
import { JournalWatch } from "./checker/JournalWatch.ts"
import type { NetworkConditions } from "./checker/NetworkConditions.ts"
import type { FaultName } from "./faults/names.ts"
import { observersOf } from "./invariants/all.ts"
import { alternatePhases } from "./phases/alternatePhases.ts"
import { shutdown } from "./phases/shutdown.ts"
import { drawTeamIds } from "./phases/teamActivity.ts"
import { Prng } from "./Prng.ts"
import { makeFleetProcess, type SimulatedFleet } from "./process/FleetProcess.ts"
import type { Scenario } from "./Scenario.ts"
import type { Script, Simulation } from "./Simulation.ts"
import { VirtualTime } from "./time/VirtualTime.ts"
import type { Violation } from "./Violation.ts"

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
  /** Journal of the fleet, in a scenario that has one. */
  readonly journal?: KeptFleet | undefined
  /** Called with each line of the trace. */
  readonly trace?: ((line: string) => void) | undefined
}

/** Journal of a fleet, and the source of all that is drawn of it. */
export interface KeptFleet {
  readonly memory: JournalMemory
  readonly prng: Prng
}

/** Starts the fleet, runs the script, and shuts the fleet down. */
const runFleet = Effect.fnUntraced(function* (simulation: Simulation, script: Script) {
  yield* simulation.process.start
  yield* script(simulation)
  yield* shutdown(simulation)
})

/** Runs a scenario with a fleet, until its end or the first violation. */
export const simulate = (
  scenario: Scenario,
  { fleet, journal, network, script = alternatePhases, trace }: SimulationSetup
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
    const activeTime = () => time.now() - time.stalledMillis()
    const watch = journal && new JournalWatch(journal.memory, activeTime)
    const parts = { time, settings, guarantees, server, machine, network, journal: watch, observe: observersOf, trace }
    const checker = new Checker(parts)
    const prng = yield* Prng.make
    const ids = drawTeamIds(prng, scenario.teams)
    const process = yield* makeFleetProcess(checker, fleet(input, scenario), {
      globalUrl: rehearsal.globalUrl,
      limitIsKnown: scenario.machine.limitIsKnown
    })
    let given = 0
    const simulation: Simulation = {
      prng,
      rehearsal,
      machine: client,
      scenario,
      checker,
      process,
      journal: journal && scenario.journal && { ...scenario.journal, prng: journal.prng },
      ids,
      nextNumber: () => ++given,
      faults: {}
    }

    const over = yield* Deferred.make<void, BadSetting>()
    time.atEndOfInstant(() => {
      for (const observer of checker.observers) observer.atEndOfInstant?.()
      if (checker.violations.length > 0) Deferred.doneUnsafe(over, Exit.void)
    })

    // Detached: a fleet that has a bug may never end, and what is left of it goes with its time.
    yield* Effect.forkDetach(Deferred.into(runFleet(simulation, script), over))
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
