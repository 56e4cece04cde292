import type { SettingsInput } from "../services/Settings.ts"
import {
  commonFaultNames,
  cuttingFaultNames,
  type FaultName,
  journalFaultNames,
  type JournalFaultName,
  partialFaultNames,
  slownessFaultNames
} from "./faults/names.ts"
import type { Prng } from "./Prng.ts"

/** Size of a scenario. */
export interface ScenarioSize {
  /** Number of teams, at most. */
  readonly teams: number
  /** Approximate length, in minutes of virtual time. */
  readonly minutes: number
}

/** Scenario that is drawn before a simulation begins; all else is drawn as it goes. */
export interface Scenario extends ScenarioSize {
  /** Settings of the fleet. */
  readonly settings: Omit<SettingsInput, "url">
  /** Behaviour of the server. */
  readonly behaviour: { readonly replayJoins: boolean; readonly singleUseUrls: boolean; readonly httpUrls: boolean }
  /** Number of hosts that the teams are spread over. */
  readonly hosts: number
  /** Whether the fleet looks names up ahead of its dials, and whether it can read how many descriptors there are. */
  readonly machine: { readonly resolves: boolean; readonly limitIsKnown: boolean }
  /** Longest one-way latency without faults, in milliseconds; 0 for none. */
  readonly latency: number
  /** Size of the largest frame, in bytes. */
  readonly maxFrame: number
  /** Faults that may happen: not all, so that rare ones are not drowned by common ones. */
  readonly faults: ReadonlyArray<FaultName>
  /** Mean milliseconds between two faults. */
  readonly faultEvery: number
  /** Mean milliseconds between two things that teams do. */
  readonly eventEvery: number
  /** Faults of the fleet's journal, crashes among them, and the mean milliseconds between two; `undefined` for a fleet without one. */
  readonly journal?: JournalScenario | undefined
  readonly ending: "goodbye" | "interruption"
  /** True if the end comes in the middle of a chaos phase, and not after a quiet one. */
  readonly endsInChaos: boolean
}

/** What goes wrong with a journal, and the process that has it. */
export interface JournalScenario {
  readonly faults: ReadonlyArray<JournalFaultName>
  readonly faultEvery: number
}

const defaults: Scenario["settings"] = {}

/** Settings at and near the ends of what people use. */
const drawSettings = (prng: Prng): Scenario["settings"] => ({
  pingInterval: prng.pick(["15 seconds", "5 seconds", "30 seconds"]),
  pongTimeout: prng.pick(["10 seconds", "3 seconds"]),
  connectTimeout: prng.pick(["10 seconds", "3 seconds", "20 seconds"]),
  drainTimeout: prng.pick(["5 seconds", "500 millis"]),
  backoffBase: prng.pick(["500 millis", "100 millis", "2 seconds"]),
  backoffCap: prng.pick(["10 seconds", "3 seconds"]),
  stableAfter: prng.pick(["30 seconds", "5 seconds", "1 minute"]),
  slowAfter: prng.pick([10, 3, 1]),
  slowInterval: prng.pick(["5 minutes", "1 minute"]),
  maxDials: prng.pick([64, 8, 2, 1]),
  dialRate: prng.pick([500, 50, 5]),
  onGoodbye: prng.pick(["exit", "reconnect"]),
  rememberDeparted: prng.pick([100_000, 3, 0])
})

/** Milliseconds. There and back must fit into the shortest of the timeouts above, or no phase would be quiet. */
const slowestLatency = 1_200

/** Draws all sorts of faults; or, in some scenarios, only that a part fails for long while healthy teams are cut. */
const drawFaults = (prng: Prng): Pick<Scenario, "faults" | "faultEvery"> =>
  prng.chance(0.25)
    ? {
        faults: [...cuttingFaultNames, ...prng.subset(partialFaultNames, 0.3)],
        faultEvery: prng.logUniform(5_000, 60_000)
      }
    : { faults: prng.subset(commonFaultNames, prng.pick([0.1, 0.3, 0.6, 1])), faultEvery: prng.logUniform(500, 30_000) }

/** Adds peers that are slow or do not read, in two of five scenarios. */
export const withSlowness = (prng: Prng, scenario: Scenario): Scenario =>
  prng.chance(0.4) ? { ...scenario, faults: [...scenario.faults, ...prng.subset(slownessFaultNames, 0.6)] } : scenario

/** Adds a journal, in one of four scenarios. */
export const withJournal = (prng: Prng, scenario: Scenario): Scenario => {
  if (!prng.chance(0.25)) return scenario
  const faults = journalFaultNames.filter((name) => prng.chance(name === "fleet crashes" ? 0.9 : 0.4))
  return {
    ...scenario,
    journal: { faults, faultEvery: prng.logUniform(5_000, 120_000) },
    settings: { ...scenario.settings, forgetUnconfirmed: prng.pick(["1 minute", "5 minutes", "1 hour"]) }
  }
}

/** Draws a scenario of at most this size. */
export const drawScenario = (prng: Prng, size: ScenarioSize): Scenario => ({
  teams: prng.int(1, size.teams),
  minutes: size.minutes,
  settings: prng.chance(0.5) ? defaults : drawSettings(prng),
  behaviour: {
    replayJoins: prng.chance(0.7),
    singleUseUrls: prng.chance(0.8),
    httpUrls: prng.chance(0.3)
  },
  hosts: prng.pick([1, 1, 2, 8]),
  machine: { resolves: prng.chance(0.7), limitIsKnown: prng.chance(0.7) },
  latency: prng.chance(0.4) ? prng.logUniform(1, slowestLatency) : 0,
  maxFrame: 8 << 10,
  ...drawFaults(prng),
  eventEvery: prng.logUniform(500, 10_000),
  ending: prng.chance(0.6) ? "goodbye" : "interruption",
  endsInChaos: prng.chance(0.4)
})
