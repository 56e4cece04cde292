import { Context, Effect, Layer } from "effect"
import { type Team, TeamRegistry } from "../services/TeamRegistry.ts"
import type { TeamId } from "../wire/TeamId.ts"
import { entryOf } from "./FlightEntry.ts"
import { type Flight, Recording } from "./FlightRecording.ts"

/** The last transitions of every team: what happened to it, when and why. Bounded in number and in bytes. */
export class FlightRecorder extends Context.Service<
  FlightRecorder,
  {
    /** What is kept of a team that the registry knows. Synchronous: one instant. */
    readonly flight: (id: TeamId) => Flight | undefined
  }
>()("botswain/observe/FlightRecorder") {
  /** Keeps them in this process. It observes the registry, so it misses nothing from the moment that it is built. */
  static readonly layer: Layer.Layer<FlightRecorder, never, TeamRegistry> = Layer.effect(
    FlightRecorder,
    Effect.gen(function* () {
      const registry = yield* TeamRegistry
      // By the registry's own object, so that a team that it forgets takes its flight along.
      const flights = new WeakMap<Team, Recording>()
      yield* registry.observe((transition) => {
        const { team } = transition
        let recording = flights.get(team)
        if (recording === undefined) flights.set(team, (recording = new Recording(transition.from._tag)))
        recording.add(entryOf(transition), team.wanted)
      })
      return {
        flight: (id) => {
          const team = registry.find(id)
          return team && flights.get(team)?.read()
        }
      }
    })
  )
}
