import type { SettingsInput } from "../services/Settings.ts"
import { faultNames, type FaultName } from "./faults/names.ts"
import type { Prng } from "./Prng.ts"

/** How large stories are. */
export interface ScenarioSize {
  /** Teams at most. */
  readonly teams: number
  /** Virtual minutes, about. */
  readonly minutes: number
}

/** What a seed decides before the story begins; all else is decided as it goes. */
export interface Scenario extends ScenarioSize {
  /** How the fleet is set. */
  readonly settings: Omit<SettingsInput, "url">
  /** How the server behaves. */
  readonly behaviour: { readonly replayJoins: boolean; readonly singleUseUrls: boolean; readonly httpUrls: boolean }
  /** The longest that anything is under way in good weather, one way, in milliseconds; 0 for no time at all. */
  readonly latency: number
  /** Bytes of the largest frame. */
  readonly maxFrame: number
  /** What may go wrong in this story: never everything, so that rare faults are not drowned by common ones. */
  readonly faults: ReadonlyArray<FaultName>
  /** Mean milliseconds between two faults, and between two things that teams do. */
  readonly faultEvery: number
  readonly eventEvery: number
  readonly ending: "goodbye" | "interruption"
  /** The end comes in the middle of a storm, and not after the last one. */
  readonly endsInStorm: boolean
}

const defaults: Scenario["settings"] = {}

/** Settings at and near the ends of what people use. */
const drawSettings = (dice: Prng): Scenario["settings"] => ({
  pingInterval: dice.pick(["15 seconds", "5 seconds", "30 seconds"]),
  pongTimeout: dice.pick(["10 seconds", "3 seconds"]),
  connectTimeout: dice.pick(["10 seconds", "3 seconds", "20 seconds"]),
  drainTimeout: dice.pick(["5 seconds", "500 millis"]),
  backoffBase: dice.pick(["500 millis", "100 millis", "2 seconds"]),
  backoffCap: dice.pick(["10 seconds", "3 seconds"]),
  stableAfter: dice.pick(["30 seconds", "5 seconds", "1 minute"]),
  slowAfter: dice.pick([10, 3, 1]),
  slowInterval: dice.pick(["5 minutes", "1 minute"]),
  maxDials: dice.pick([64, 8, 2, 1]),
  dialRate: dice.pick([500, 50, 5]),
  onGoodbye: dice.pick(["exit", "reconnect"]),
  rememberDeparted: dice.pick([100_000, 3, 0])
})

/** Milliseconds. There and back must fit into the shortest of the timeouts above, or good weather would be bad. */
const slowest = 1_200

export const drawScenario = (dice: Prng, size: ScenarioSize): Scenario => ({
  teams: dice.int(1, size.teams),
  minutes: size.minutes,
  settings: dice.chance(0.5) ? defaults : drawSettings(dice),
  behaviour: {
    replayJoins: dice.chance(0.7),
    singleUseUrls: dice.chance(0.8),
    httpUrls: dice.chance(0.3)
  },
  latency: dice.chance(0.4) ? dice.scale(1, slowest) : 0,
  maxFrame: 8 << 10,
  faults: dice.some(faultNames, dice.pick([0.1, 0.3, 0.6, 1])),
  faultEvery: dice.scale(500, 30_000),
  eventEvery: dice.scale(500, 10_000),
  ending: dice.chance(0.6) ? "goodbye" : "interruption",
  endsInStorm: dice.chance(0.4)
})
