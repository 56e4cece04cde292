import { Context, Data, Effect, Fiber, Random, References } from "effect"
import { Timeline } from "./Timeline.ts"
import { VirtualTime } from "./VirtualTime.ts"

/** Nothing is left that could happen, and the program has not ended. */
export class StandStill extends Data.TaggedError("StandStill")<{ readonly at: number }> {
  override get message() {
    return `nothing is left that could happen, after ${this.at} ms of virtual time`
  }
}

/** Milliseconds of virtual time between two looks at the real world: promises of bot code are settled then. */
const slice = 10_000

const settle = Effect.promise(() => Promise.resolve())

const quiet = Context.make(References.MinimumLogLevel, "None")

/** Lets time pass until the program has ended. */
const pass = <A, E>(timeline: Timeline, program: Fiber.Fiber<A, E>): Effect.Effect<A, E | StandStill> =>
  Effect.gen(function* () {
    const hasEnded = () => program.pollUnsafe() !== undefined
    while (!hasEnded()) {
      const goesOn = timeline.run(slice, hasEnded)
      yield* Effect.yieldNow
      if (goesOn) continue
      yield* settle
      if (!hasEnded() && !timeline.hasTasks) return yield* new StandStill({ at: timeline.now })
    }
    return yield* Fiber.join(program)
  })

/**
 * Runs a program in virtual time, as fast as it can be computed. All that happens, and its order, follows from the seed,
 * as long as the program takes its time from Effect's clock and its chance from Effect's Random. What it logs is dropped.
 */
export const runVirtual = <A, E>(
  seed: string | number,
  program: Effect.Effect<A, E, VirtualTime>
): Effect.Effect<A, E | StandStill> =>
  Effect.gen(function* () {
    const chance = (of: string) => Random.withSeed(Effect.service(Random.Random), `${seed} ${of}`)
    const timeline = new Timeline(yield* chance("timers"))
    const fleet = Context.add(timeline.fleet.context(), Random.Random, yield* chance("fleet"))
    const world = Context.add(timeline.world.context(), Random.Random, yield* chance("world"))
    const time = VirtualTime.of({
      ...timeline.service,
      inFleet: (effect) => Effect.updateContext(effect, (context) => Context.merge(context, fleet))
    })
    const run = Effect.runForkWith(Context.merge(quiet, world))
    return yield* pass(timeline, run(Effect.provideService(program, VirtualTime, time)))
  })
