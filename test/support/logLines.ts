import { Effect, Layer, Logger, References } from "effect"

export interface LogLine {
  readonly level: string
  readonly message: unknown
  readonly annotations: Readonly<Record<string, unknown>>
}

/** What is logged goes into a list. */
export const logLines = () => {
  const lines: Array<LogLine> = []
  const layer = Layer.merge(
    Logger.layer([
      Logger.make(({ fiber, logLevel, message }) => {
        const annotations = { ...fiber.getRef(References.CurrentLogAnnotations) }
        lines.push({ level: logLevel, message: Array.isArray(message) ? message.join(" ") : message, annotations })
      })
    ]),
    Layer.succeed(References.MinimumLogLevel, "Trace")
  )
  return { lines, layer, capture: Effect.provide(layer) }
}
