import { Clock, Context, Effect, Layer } from "effect"
import type { Paint } from "../terminal/paint.ts"
import { Screen } from "../terminal/Screen.ts"

/** Tells a story as it happens, each line with the seconds since its beginning. */
export class Narrator extends Context.Service<
  Narrator,
  {
    /** Something happens. */
    readonly tell: (sentence: string) => Effect.Effect<void>
    /** What came of it: well, or not. */
    readonly outcome: (well: boolean, sentence: string) => Effect.Effect<void>
  }
>()("botswain/cli/demo/Narrator") {
  /** Tells on the screen. */
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
        outcome: (well, sentence) => line(`  ${well ? paint.green("✓") : paint.red("✗")} ${sentence}`)
      }
    })
  )
}

const stamp = (paint: Paint, millis: number) => paint.dim(`${(millis / 1000).toFixed(1).padStart(5)} s`)
