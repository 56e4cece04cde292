import { Effect, Random } from "effect"

/** Every draw is this one: a number from 0 up to, but not including, 1. */
export const drawing = (draw: number) =>
  Effect.provideService(Random.Random, { nextDoubleUnsafe: () => draw, nextIntUnsafe: () => 0 })

/** The largest number that can be drawn. */
export const almostOne = 1 - Number.EPSILON / 2
