import { Clock, Context, Effect, Layer } from "effect"
import { Screen } from "../terminal/Screen.ts"
import { dim, green, red, type Text } from "../terminal/Text.ts"

/** Narrator of the demo: prints what happens, each line with the seconds since the beginning. */
export class Narrator extends Context.Service<
  Narrator,
  {
    /** Tells what happens. */
    readonly tell: (sentence: string) => Effect.Effect<void>
    /** Tells what came of it: good, or not. */
    readonly outcome: (good: boolean, sentence: string) => Effect.Effect<void>
  }
>()("botswain/cli/demo/Narrator") {
  /** Tells it on the screen. */
  static readonly layer: Layer.Layer<Narrator, never, Screen> = Layer.effect(
    Narrator,
    Effect.gen(function* () {
      const screen = yield* Screen
      const clock = yield* Clock.Clock
      const began = clock.currentTimeMillisUnsafe()
      const line = (text: Text) =>
        Effect.sync(() => screen.print([[stamp(clock.currentTimeMillisUnsafe() - began), "  ", text]]))
      return {
        tell: line,
        outcome: (good, sentence) => line(["  ", good ? green("✓") : red("✗"), " ", sentence])
      }
    })
  )
}

const stamp = (millis: number) => dim(`${(millis / 1000).toFixed(1).padStart(5)} s`)
