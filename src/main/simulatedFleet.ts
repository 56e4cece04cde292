import { Cause, Duration, Effect, Layer, Random } from "effect"
import * as InboxDiscard from "../layers/InboxDiscard.ts"
import * as InboxMemory from "../layers/InboxMemory.ts"
import { layerMemory } from "../rehearsal/memory/RehearsalMemory.ts"
import { Bot } from "../services/Bot.ts"
import { FewestFailing } from "../services/dialing/HostCircuit.ts"
import type { Inbox } from "../services/Inbox.ts"
import { Settings } from "../services/Settings.ts"
import type { Socket } from "../services/Socket.ts"
import type { Network } from "../simulation/checker/Checker.ts"
import { fewestFailing } from "../simulation/checker/Guarantees.ts"
import { Prng } from "../simulation/Prng.ts"
import { drawScenario, type Scenario, type ScenarioSize } from "../simulation/Scenario.ts"
import { type Cast, type FleetOf, type Outcome, simulate } from "../simulation/simulate.ts"
import { runVirtual } from "../simulation/time/runVirtual.ts"
import { VirtualTime } from "../simulation/time/VirtualTime.ts"
import { botRunner, composeFleet } from "./fleet.ts"
import type * as FleetState from "./FleetState.ts"

/** Bot code of every kind: at once, slow, failing, dying, and never done. */
const moodyBot = Bot.layer(() =>
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

/** Services that stand in for those of the fleet: what they need of it, they may take from it. */
export type StandIn = Layer.Layer<never, never, Layer.Success<typeof FleetState.layer> | Inbox | Settings | Socket>

/** The fleet as it is, but for what stands in. Without a bot of yours, it has one that fails where the story says so. */
export const fleetWith =
  (standIn: StandIn, bot?: Layer.Layer<Bot>): FleetOf =>
  (input, story) => {
    const moody = story.faults.includes("bot code fails") ? moodyBot : undefined
    const heardBy = bot ?? moody
    return composeFleet(heardBy === undefined ? InboxDiscard.layer : botLayer(heardBy), standIn).pipe(
      Layer.provide(Layer.succeed(FewestFailing, fewestFailing(story.teams))),
      Layer.provideMerge(Settings.layer(input))
    )
  }

/** How long what is sent is under way: between none and the most, so that connections overtake each other. */
const latencyOf = ({ latency }: Scenario, network: Network, now: () => number) =>
  latency === 0
    ? undefined
    : Effect.map(Random.nextBetween(0, latency), (drawn) => {
        const millis = Math.round(drawn * network.slowness)
        network.arrivedBy = Math.max(network.arrivedBy, now() + millis)
        return Duration.millis(millis)
      })

/** A story that could not be told to its end. */
const broken = (cause: Cause.Cause<unknown>): Outcome => ({
  violations: [{ invariant: "isolation", at: 0, detail: `the story broke off: ${Cause.pretty(cause)}` }],
  faults: {},
  millis: 0,
  teams: 0,
  dials: 0,
  messages: 0
})

/** Who plays in a story: by default, the fleet as it is. */
export interface CastOptions extends Partial<Pick<Cast, "fleet" | "script" | "trace">> {
  /** Bot code of yours, in place of one that fails where the story says so. */
  readonly bot?: Layer.Layer<Bot> | undefined
}

/** Lives a story in virtual time, on a server and a network of its own. Never fails: what did not hold is in the outcome. */
export const simulateScenario = (
  seed: number,
  draw: (dice: Prng) => Scenario,
  { bot, fleet = fleetWith(Layer.empty, bot), script, trace }: CastOptions = {}
): Effect.Effect<Outcome> =>
  runVirtual(
    seed,
    Effect.gen(function* () {
      const { now, read } = yield* VirtualTime
      const network = { slowness: 1, arrivedBy: 0 }
      const story = draw(yield* Prng.make)
      trace?.(`seed ${seed}: ${JSON.stringify(story)}`)
      const { behaviour, maxFrame } = story
      return yield* simulate(story, { fleet, network, script, trace }).pipe(
        Effect.provide(layerMemory({ ...behaviour, maxFrame, read, latency: latencyOf(story, network, now) }))
      )
    })
  ).pipe(Effect.catchCause((cause) => (Cause.hasInterrupts(cause) ? Effect.interrupt : Effect.succeed(broken(cause)))))

/** Lives the story of a seed. */
export const simulateSeed = (
  seed: number,
  { minutes, teams, ...cast }: ScenarioSize & CastOptions
): Effect.Effect<Outcome> => simulateScenario(seed, (dice) => drawScenario(dice, { minutes, teams }), cast)
