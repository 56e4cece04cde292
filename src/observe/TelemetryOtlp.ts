import { Effect, Layer, Redacted } from "effect"
import { FetchHttpClient, HttpClient } from "effect/http"
import { Otlp, OtlpSerialization } from "effect/observability"
import { type BadVariable, telemetrySettings } from "./telemetrySettings.ts"

/** Time that the last export may take when the program ends. */
const shutdownTimeout = "2 seconds"

/** Client that follows no redirect: what is told, and the collector's secret, are for the endpoint that was named. */
const clientLayer: Layer.Layer<HttpClient.HttpClient> = Layer.effect(
  HttpClient.HttpClient,
  Effect.gen(function* () {
    let isTold = false
    const tell = Effect.suspend(() => {
      if (isTold) return Effect.void
      isTold = true
      return Effect.logWarning("OTEL_EXPORTER_OTLP_ENDPOINT redirects, which is not followed: name the place itself")
    })
    return (yield* HttpClient.HttpClient).pipe(
      HttpClient.tap(({ status }) => (status >= 300 && status < 400 ? tell : Effect.void)),
      HttpClient.transformResponse(Effect.provideService(FetchHttpClient.RequestInit, { redirect: "manual" }))
    )
  })
).pipe(Layer.provide(FetchHttpClient.layer))

/**
 * Exports traces, metrics and logs over OTLP to the collector of OTEL_EXPORTER_OTLP_ENDPOINT, in addition to what there is;
 * does nothing where that is not set. A collector that is away does no harm. Fails where a variable cannot be used.
 */
export const layer = (version: string): Layer.Layer<never, BadVariable> =>
  Layer.unwrap(
    Effect.map(telemetrySettings, (settings) =>
      settings === undefined
        ? Layer.empty
        : Otlp.layer({
            baseUrl: Redacted.value(settings.endpoint),
            headers: Redacted.value(settings.headers),
            resource: { serviceName: settings.serviceName, serviceVersion: version },
            metricsExportInterval: settings.metricsEach,
            shutdownTimeout
          }).pipe(Layer.provide(OtlpSerialization.layerJson), Layer.provide(clientLayer))
    )
  )
