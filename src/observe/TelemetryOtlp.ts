import { Config, Effect, Layer, Option, Redacted } from "effect"
import { FetchHttpClient } from "effect/http"
import { Otlp, OtlpSerialization } from "effect/observability"

/** Time that the last export may take when the program ends. */
const shutdownTimeout = "2 seconds"

/** Parses `name=value` pairs with commas between them: the value of OTEL_EXPORTER_OTLP_HEADERS. */
const headersOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    text.split(",").flatMap((pair) => {
      const at = pair.indexOf("=")
      return at < 1 ? [] : [[pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())]]
    })
  )

const settings = Config.all({
  endpoint: Config.option(Config.Redacted("OTEL_EXPORTER_OTLP_ENDPOINT")),
  headers: Config.option(Config.Redacted("OTEL_EXPORTER_OTLP_HEADERS")),
  name: Config.String("OTEL_SERVICE_NAME").pipe(Config.withDefault("botswain")),
  /** In milliseconds. */
  metricsEach: Config.Int("OTEL_METRIC_EXPORT_INTERVAL").pipe(Config.withDefault(10_000)),
  disabled: Config.Boolean("OTEL_SDK_DISABLED").pipe(Config.withDefault(false))
})

/**
 * Exports traces, metrics and logs over OTLP to the collector of OTEL_EXPORTER_OTLP_ENDPOINT, in addition to what there is;
 * does nothing where that is not set. A collector that is away does no harm.
 */
export const layer = (version: string): Layer.Layer<never> =>
  Layer.unwrap(
    Effect.map(Effect.orDie(settings), ({ disabled, endpoint, headers, metricsEach, name }) => {
      if (disabled || Option.isNone(endpoint)) return Layer.empty
      return Otlp.layer({
        baseUrl: Redacted.value(endpoint.value),
        headers: Option.match(headers, { onNone: () => ({}), onSome: (text) => headersOf(Redacted.value(text)) }),
        resource: { serviceName: name, serviceVersion: version },
        metricsExportInterval: metricsEach,
        shutdownTimeout
      }).pipe(Layer.provide(OtlpSerialization.layerJson), Layer.provide(FetchHttpClient.layer))
    })
  )
