import { Config, Effect, Layer, Option, Redacted } from "effect"
import { FetchHttpClient } from "effect/http"
import { Otlp, OtlpSerialization } from "effect/observability"

/** What the end of the program may take for what is not exported yet. */
const patience = "2 seconds"

/** `name=value` pairs with commas between them: what OTEL_EXPORTER_OTLP_HEADERS holds. */
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
 * Traces, metrics and logs over OTLP, in addition to what there is, where OTEL_EXPORTER_OTLP_ENDPOINT names a collector;
 * otherwise nothing. A collector that is away does no harm.
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
        shutdownTimeout: patience
      }).pipe(Layer.provide(OtlpSerialization.layerJson), Layer.provide(FetchHttpClient.layer))
    })
  )
