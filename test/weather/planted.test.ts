import { assert, describe, it } from "@effect/vitest"
import type { SettingsInput } from "botswain"
import { layerMemory, Rehearsal } from "botswain/rehearsal"
import { Effect, Exit, Layer, Random } from "effect"
import * as InboxDiscard from "../../src/layers/InboxDiscard.ts"
import { composeFleet } from "../../src/main/fleet.ts"
import type { StandIn } from "../../src/main/simulatedFleet.ts"
import { DialControl } from "../../src/services/dialing/DialControl.ts"
import { Lane } from "../../src/services/dialing/policy/Lane.ts"
import { Settings } from "../../src/services/Settings.ts"
import { decorate } from "../simulation/planted/PlantedBug.ts"
import { eventually, pass } from "../support/fleet.ts"
import { longWeather, shortWeather, type Weather } from "./partialFailure.ts"
import { WeatherTime } from "./Weather.ts"

const virtualTime = Layer.succeed(WeatherTime, {
  pass,
  within: (millis, what, predicate) => eventually(what, predicate, millis)
})

const fleetWith = (standIn: StandIn, settings: Partial<SettingsInput>) =>
  Layer.unwrap(
    Effect.map(Rehearsal, ({ globalUrl }) =>
      composeFleet(InboxDiscard.layer, standIn).pipe(
        Layer.provideMerge(Settings.layer({ url: globalUrl, ...settings }))
      )
    )
  )

const outcomeOf = ({ happens, hosts, settings }: Weather, standIn: StandIn) =>
  happens.pipe(
    Effect.provide(Layer.merge(virtualTime, Layer.provideMerge(fleetWith(standIn, settings), layerMemory({ hosts })))),
    Effect.scoped,
    Random.withSeed("botswain"),
    Effect.exit
  )

const bugs: ReadonlyArray<{ readonly bug: string; readonly weather: RegExp; readonly standIn: StandIn }> = [
  {
    bug: "lanes by what the back-off counts: a team that was cut goes behind those that always fail",
    weather: /^180 of a host's 200 teams are refused, the defaults/,
    standIn: decorate(DialControl, (control) => ({
      ...control,
      ended: (turn, why, isSilent) => {
        control.ended(turn, why, isSilent)
        if (turn.dial !== undefined) turn.dial.lane = Lane.failed
      }
    }))
  },
  {
    bug: "a handshake that passes for a success",
    weather: /^every handshake is accepted and closed at once/,
    standIn: decorate(DialControl, (control) => ({
      ...control,
      answered: (turn) => {
        control.answered(turn)
        control.greeted(turn)
      }
    }))
  },
  {
    bug: "asks that nobody controls",
    weather: /^every ask is answered with an error/,
    standIn: decorate(DialControl, (control) => ({ ...control, ask: () => (ask) => ask }))
  }
]

describe("the weather is checked", () => {
  for (const { bug, standIn, weather } of bugs) {
    const found = [...shortWeather, ...longWeather].find(({ name }) => weather.test(name))
    it.effect(`it finds ${bug}`, () =>
      Effect.gen(function* () {
        assert.isDefined(found)
        assert.isTrue(Exit.isSuccess(yield* outcomeOf(found, Layer.empty)), "the fleet as it is")
        assert.isTrue(Exit.isFailure(yield* outcomeOf(found, standIn)), "the fleet with the bug")
      })
    )
  }
})
