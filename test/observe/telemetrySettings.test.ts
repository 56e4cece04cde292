import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Redacted } from "effect"
import { telemetrySettings } from "../../src/observe/telemetrySettings.ts"

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318" }

const read = (variables: Record<string, string>) =>
  Effect.provideService(telemetrySettings, ConfigProvider.ConfigProvider, ConfigProvider.fromUnknown(variables))

describe("the variables of OpenTelemetry", () => {
  it.effect("say where telemetry goes, and how", () =>
    Effect.gen(function* () {
      const settings = yield* read({
        OTEL_EXPORTER_OTLP_ENDPOINT: "https://collector.example/otlp/",
        OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20s3cret, x-tenant=a=b,",
        OTEL_SERVICE_NAME: "the-fleet",
        OTEL_METRIC_EXPORT_INTERVAL: "300",
        OTEL_SDK_DISABLED: "False"
      })
      assert.isDefined(settings)
      assert.strictEqual(Redacted.value(settings.endpoint), "https://collector.example/otlp")
      assert.deepStrictEqual(Redacted.value(settings.headers), { authorization: "Bearer s3cret", "x-tenant": "a=b" })
      assert.deepInclude(settings, { serviceName: "the-fleet", metricsEach: 300 })
    })
  )

  it.effect("ask for nothing where no endpoint is set, or all is off", () =>
    Effect.gen(function* () {
      for (const variables of [{}, { OTEL_EXPORTER_OTLP_ENDPOINT: "" }, { ...endpoint, OTEL_SDK_DISABLED: "true" }]) {
        assert.isUndefined(yield* read(variables))
      }
      const usual = yield* read({ ...endpoint, OTEL_EXPORTER_OTLP_HEADERS: "", OTEL_METRIC_EXPORT_INTERVAL: " " })
      assert.deepInclude(usual, { serviceName: "botswain", metricsEach: 10_000 })
    })
  )

  for (const [variable, values] of Object.entries({
    OTEL_EXPORTER_OTLP_ENDPOINT: [
      "s3cret",
      "ftp://s3cret",
      "http://s3cret@host",
      "http://host/?s3cret",
      "http://h/#s3"
    ],
    OTEL_EXPORTER_OTLP_HEADERS: ["s3cret", "=s3cret", "a b=s3cret", "name=%s3cret", "name=s3%0acret", "a=1,s3cret"],
    OTEL_METRIC_EXPORT_INTERVAL: ["s3cret", "0", "-1", "1.5", "99", "86400001", "1e9"],
    OTEL_SDK_DISABLED: ["s3cret", "maybe"]
  })) {
    it.effect(`are refused by name, and not by value, where ${variable} cannot be used`, () =>
      Effect.gen(function* () {
        for (const value of values) {
          const { message } = yield* Effect.flip(read({ ...endpoint, [variable]: value }))
          assert.match(message, new RegExp(`^${variable}: needs .+$`), value)
          assert.notInclude(message, "s3cret")
        }
      })
    )
  }
})
