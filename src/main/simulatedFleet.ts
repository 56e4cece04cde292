import { Cause, Duration, Effect, Layer, Random } from "effect"
import * as InboxDiscard from "../layers/InboxDiscard.ts"
import * as InboxMemory from "../layers/InboxMemory.ts"
import { closeSlack } from "../layers/limitsOf.ts"
import * as JournalMemory from "../rehearsal/memory/JournalMemory.ts"
import { layerMemory } from "../rehearsal/memory/RehearsalMemory.ts"
import { Bot } from "../services/Bot.ts"
import { Tuning } from "../services/dialing/DialControl.ts"
import type { Inbox } from "../services/Inbox.ts"
import { Settings } from "../services/Settings.ts"
import type { Socket } from "../services/Socket.ts"
import { tuningFor } from "../simulation/checker/Guarantees.ts"
import type { NetworkConditions } from "../simulation/checker/NetworkConditions.ts"
import { Prng } from "../simulation/Prng.ts"
import { drawScenario, withJournal, withSlowness, type Scenario, type ScenarioSize } from "../simulation/Scenario.ts"
import { type MakeFleet, type Outcome, simulate, type SimulationSetup } from "../simulation/simulate.ts"
import { runVirtual } from "../simulation/time/runVirtual.ts"
import { VirtualTime } from "../simulation/time/VirtualTime.ts"
import { botRunner, composeFleet } from "./fleet.ts"
import type * as FleetState from "./FleetState.ts"

/** Bot code that is done at once, is slow, fails, dies, or is never done. */
const faultyBot = Bot.layer(() =>
  Effect.flatMap(Random.next, (mood) => {
    if (mood < 0.6) return Effect.void
    if (mood < 0.8) return Effect.sleep(Duration.millis(mood * 10_000))
    if (mood < 0.9) return Effect.fail("this bot fails")
    if (mood < 0.97) return Effect.die("this bot dies")
    return Effect.never
  })
)

const botLayer = (bot: Layer.Layer<Bot>) =>
  botRunner({ teamsAtOnce: 8 }).pipe(Layer.provide(bot), Layer.provideMerge(InboxMemory.layer()))

/** Layer of services that replace some of the fleet's own, on which it may build. */
export type StandIn = Layer.Layer<never, never, Layer.Success<typeof FleetState.layer> | Inbox | Settings | Socket>

/** Builds the fleet with some services replaced. `bot`: default one that fails, if that is a fault of the scenario. */
export const fleetWith =
  (standIn: StandIn, bot?: Layer.Layer<Bot>): MakeFleet =>
  (input, scenario) => {
    const botOfScenario = bot ?? (scenario.faults.includes("bot code fails") ? faultyBot : undefined)
    return composeFleet(botOfScenario === undefined ? InboxDiscard.layer : botLayer(botOfScenario), standIn).pipe(
      Layer.provide(Layer.succeed(Tuning, tuningFor(scenario.teams))),
      Layer.provideMerge(Settings.layer(input))
    )
  }

/** Draws each latency between none and the longest, so that connections overtake each other. */
const drawLatency = ({ latency }: Scenario, network: NetworkConditions, now: () => number) =>
  latency === 0
    ? undefined
    : Effect.map(Random.nextBetween(0, latency), (drawn) => {
        const millis = Math.round(drawn * network.slowness)
        network.arrivedBy = Math.max(network.arrivedBy, now() + millis)
        return Duration.millis(millis)
      })

/** Outcome of a simulation that could not be run to its end. */
const brokenOff = (cause: Cause.Cause<unknown>): Outcome => ({
  violations: [{ invariant: "isolation", at: 0, detail: `the simulation broke off: ${Cause.pretty(cause)}` }],
  faults: {},
  millis: 0,
  teams: 0,
  dials: 0,
  messages: 0
})

/** Options of a simulation. Default: the fleet as it is, in chaos and quiet phases. */
export interface SimulationOptions extends Partial<Pick<SimulationSetup, "fleet" | "script" | "trace">> {
  /** Bot of your own. Default: one that fails, if that is a fault of the scenario. */
  readonly bot?: Layer.Layer<Bot> | undefined
}

/**
 * Runs a scenario in virtual time, on a server and a network of its own. All that is drawn follows from the seed. Never
 * fails: what did not hold is in the outcome.
 */
export const simulateScenario = (
  seed: number,
  draw: (prng: Prng, ofJournal: Prng) => Scenario,
  { bot, fleet = fleetWith(Layer.empty, bot), script, trace }: SimulationOptions = {}
): Effect.Effect<Outcome> =>
  runVirtual(
    seed,
    Effect.gen(function* () {
      const { now, read } = yield* VirtualTime
      const network = { slowness: 1, arrivedBy: 0 }
      const ofJournal = yield* Random.withSeed(Prng.make, `${seed} journal`)
      const scenario = draw(yield* Prng.make, ofJournal)
      const journal = scenario.journal && { memory: yield* JournalMemory.make, prng: ofJournal }
      trace?.(`seed ${seed}: ${JSON.stringify(scenario)}`)
      const { behaviour, hosts, machine, maxFrame, settings } = scenario
      return yield* simulate(scenario, { fleet, journal, network, script, trace }).pipe(
        Effect.provide(
          layerMemory({
            ...behaviour,
            hosts,
            maxFrame,
            read,
            latency: drawLatency(scenario, network, now),
            resolves: machine.resolves,
            // As the sockets of a real fleet have it.
            lookupTimeout: settings.connectTimeout,
            closeTimeout:
              settings.drainTimeout &&
              Duration.sum(Duration.fromInputUnsafe(settings.drainTimeout), Duration.millis(closeSlack))
          })
        )
      )
    })
  ).pipe(
    Effect.catchCause((cause) => (Cause.hasInterrupts(cause) ? Effect.interrupt : Effect.succeed(brokenOff(cause))))
  )

/** Runs the scenario that is drawn from a seed, in virtual time. Never fails: what did not hold is in the outcome. */
export const simulateSeed = (
  seed: number,
  { minutes, teams, ...options }: ScenarioSize & SimulationOptions
): Effect.Effect<Outcome> =>
  // By numbers of their own, so that a fault more makes no other scenario of a seed that does not have it.
  Effect.flatMap(Random.withSeed(Prng.make, `${seed} slowness`), (ofSlowness) =>
    simulateScenario(
      seed,
      (prng, ofJournal) => withJournal(ofJournal, withSlowness(ofSlowness, drawScenario(prng, { minutes, teams }))),
      options
    )
  )
