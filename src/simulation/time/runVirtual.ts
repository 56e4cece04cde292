import { Context, Data, Effect, Fiber, Random, References } from "effect"
import { Timeline } from "./Timeline.ts"
import { VirtualTime } from "./VirtualTime.ts"

/** Error: nothing is left to do, and the program has not ended. */
export class Deadlock extends Data.TaggedError("Deadlock")<{ readonly at: number }> {
  override get message() {
    return `nothing is left to do, after ${this.at} ms of virtual time`
  }
}

/** Milliseconds of virtual time, at most, until promises of bot code are settled. */
const settleEvery = 10_000

const settle = Effect.promise(() => Promise.resolve())

const quiet = Context.make(References.MinimumLogLevel, "None")

/** Lets time pass until the program has ended. */
const advance = <A, E>(timeline: Timeline, program: Fiber.Fiber<A, E>): Effect.Effect<A, E | Deadlock> =>
  Effect.gen(function* () {
    const hasEnded = () => program.pollUnsafe() !== undefined
    while (!hasEnded()) {
      const goesOn = timeline.run(settleEvery, hasEnded)
      yield* Effect.yieldNow
      if (goesOn) continue
      yield* settle
      if (!hasEnded() && !timeline.hasTasks) return yield* new Deadlock({ at: timeline.now })
    }
    return yield* Fiber.join(program)
  })

/**
 * Runs a program in virtual time, as fast as it can be computed. All that happens, and its order, follows from the seed,
 * as long as the program takes its time from Effect's clock and its randomness from Effect's Random. What it logs is dropped.
 */
export const runVirtual = <A, E>(
  seed: string | number,
  program: Effect.Effect<A, E, VirtualTime>
): Effect.Effect<A, E | Deadlock> =>
  Effect.gen(function* () {
    const random = (of: string) => Random.withSeed(Effect.service(Random.Random), `${seed} ${of}`)
    const timeline = new Timeline(yield* random("timers"))
    const chance = yield* random("fleet")
    const fleet = () => Context.add(timeline.fleet.context(), Random.Random, chance)
    const world = Context.add(timeline.world.context(), Random.Random, yield* random("world"))
    const time = VirtualTime.of({
      ...timeline.service,
      inFleet: (effect) => Effect.updateContext(effect, (context) => Context.merge(context, fleet()))
    })
    const run = Effect.runForkWith(Context.merge(quiet, world))
    return yield* advance(timeline, run(Effect.provideService(program, VirtualTime, time)))
  })
