import { Clock, Context, Effect, Layer } from "effect"
import type { Paint } from "../terminal/paint.ts"
import { Screen } from "../terminal/Screen.ts"

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
      const paint = screen.paint.stdout
      const began = clock.currentTimeMillisUnsafe()
      const line = (text: string) =>
        Effect.sync(() => screen.print(`${stamp(paint, clock.currentTimeMillisUnsafe() - began)}  ${text}`))
      return {
        tell: line,
        outcome: (good, sentence) => line(`  ${good ? paint.green("✓") : paint.red("✗")} ${sentence}`)
      }
    })
  )
}

const stamp = (paint: Paint, millis: number) => paint.dim(`${(millis / 1000).toFixed(1).padStart(5)} s`)
