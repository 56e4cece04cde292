import { describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { eventually, pass, withFleet } from "../support/fleet.ts"
import { longWeather, shortWeather } from "./partialFailure.ts"
import { WeatherTime } from "./Weather.ts"

const virtualTime = Layer.succeed(WeatherTime, {
  pass,
  within: (millis, what, predicate) => eventually(what, predicate, millis)
})

describe("a world that is half broken, in virtual time", () => {
  for (const { happens, hosts, name, settings } of [...shortWeather, ...longWeather]) {
    it.effect(name, () => happens.pipe(Effect.provide(virtualTime), withFleet(settings, { hosts })))
  }
})
