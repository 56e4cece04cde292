import { Context, Effect, Layer } from "effect"
import { type Team, TeamRegistry } from "../services/TeamRegistry.ts"
import type { TeamId } from "../wire/TeamId.ts"
import { entryOf } from "./FlightEntry.ts"
import { type Flight, FlightRecording, type FlightTimes } from "./FlightRecording.ts"

/** Keeps the last transitions of every team: what happened to it, when and why. Bounded in number and in bytes. */
export class FlightRecorder extends Context.Service<
  FlightRecorder,
  {
    /** Flight of a team; `undefined` for one that the registry does not know. Synchronous: one instant. */
    readonly flight: (id: TeamId) => Flight | undefined
    /** Times of a team's flight, without its entries: for who looks at every team of a fleet. */
    readonly times: (team: Team) => FlightTimes | undefined
  }
>()("botswain/observe/FlightRecorder") {
  /** Records in the memory of this process, from the moment that it is built. */
  static readonly layer: Layer.Layer<FlightRecorder, never, TeamRegistry> = Layer.effect(
    FlightRecorder,
    Effect.gen(function* () {
      const registry = yield* TeamRegistry
      // By the registry's own object, so that a team's flight is gone when the registry forgets the team.
      const flights = new WeakMap<Team, FlightRecording>()
      yield* registry.observe((transition) => {
        const { team } = transition
        let recording = flights.get(team)
        if (recording === undefined) flights.set(team, (recording = new FlightRecording(transition.from._tag)))
        recording.add(entryOf(transition), team.wanted)
      })
      return {
        flight: (id) => {
          const team = registry.find(id)
          return team && flights.get(team)?.read()
        },
        times: (team) => flights.get(team)
      }
    })
  )
}
