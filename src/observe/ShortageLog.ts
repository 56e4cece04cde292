import { Effect, FiberHandle, Layer } from "effect"
import { Descriptors } from "../services/Descriptors.ts"
import { shortageOf, tooLowFor } from "../services/descriptors/shortage.ts"
import { TeamRegistry } from "../services/TeamRegistry.ts"

/** In milliseconds. */
const second = 1_000
/** Seconds without a shortage before it is told to be over: one connection that ends is another's room. */
const calmFor = 5

/**
 * Logs that teams wait for want of something on our own machine: one line when that begins, and one when it is over. Warns
 * before, once for each limit, when more teams are wanted than it has room for.
 */
export const layer: Layer.Layer<never, never, Descriptors | TeamRegistry> = Layer.effectDiscard(
  Effect.gen(function* () {
    const descriptors = yield* Descriptors
    const registry = yield* TeamRegistry
    const run = yield* FiberHandle.makeRuntime<never>()
    let warnedOf: number | undefined
    let wanted = 0

    const shortage = Effect.map(registry.census, (census) => shortageOf(descriptors, census))
    const untilOver = Effect.gen(function* () {
      for (let calm = 0; calm < calmFor;) {
        yield* Effect.sleep(second)
        calm = (yield* shortage) === undefined ? calm + 1 : 0
      }
    })
    const warn = Effect.suspend(() => {
      const tooLow = warnedOf === descriptors.allowed() ? undefined : tooLowFor(descriptors, wanted)
      if (tooLow === undefined) return Effect.void
      warnedOf = descriptors.allowed()
      return Effect.logWarning(tooLow)
    })
    const tell = Effect.gen(function* () {
      // In the middle of a burst its numbers say little: many a dial is under way.
      yield* Effect.sleep(second)
      const short = yield* shortage
      if (short === undefined) return yield* warn
      warnedOf = descriptors.allowed()
      yield* Effect.logWarning(short)
      yield* untilOver
      yield* Effect.logInfo("this machine has again what teams waited for: they are dialled")
    })
    const tellOnce = () => void run(tell, { onlyIfMissing: true })

    yield* descriptors.observe(tellOnce)
    yield* registry.observe(({ from, to }) => {
      if (from._tag === "Departed") wanted++
      if (to._tag === "Departed") wanted--
      if (wanted > descriptors.capacity()) tellOnce()
    })
  })
)
