import { Effect, Exit, Layer, Logger } from "effect"

/** Keeps what a test logs, and prints it only if the test fails. */
export const logOfFailure: Layer.Layer<never> = Layer.unwrap(
  Effect.gen(function* () {
    const lines: Array<string> = []
    yield* Effect.addFinalizer((exit) =>
      Effect.sync(() => {
        if (Exit.isFailure(exit)) for (const line of lines) console.log(line)
      })
    )
    return Logger.layer([Logger.map(Logger.formatLogFmt, (line) => void lines.push(line))])
  })
)
