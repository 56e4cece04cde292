import { Config, Data, Effect, Option, Redacted } from "effect"

/** Failure to use a variable of the environment. `problem` quotes no value: it may be secret. */
export class BadVariable extends Data.TaggedError("BadVariable")<{
  readonly variable: string
  readonly problem: string
}> {
  override get message() {
    return `${this.variable}: ${this.problem}`
  }
}

/** Bounds of the time between two exports of metrics, in milliseconds. */
const [shortest, longest, usual] = [100, 86_400_000, 10_000]

/** Where telemetry goes, and how. */
export interface TelemetrySettings {
  readonly endpoint: Redacted.Redacted
  readonly headers: Redacted.Redacted<Readonly<Record<string, string>>>
  readonly serviceName: string
  /** In milliseconds. */
  readonly metricsEach: number
}

/** Text of a variable; `undefined` where it is not set, or empty. */
const textOf = (variable: string): Effect.Effect<string | undefined> =>
  Effect.map(Effect.orDie(Config.option(Config.String(variable))), (text) =>
    Option.getOrUndefined(Option.filter(text, (given) => given.trim() !== ""))
  )

/** Reads a variable. `read` gives `undefined` for a text that it cannot use. */
const variable = <A>(name: string, usually: A, needs: string, read: (text: string) => A | undefined) =>
  Effect.flatMap(textOf(name), (text) => {
    const value = text === undefined ? usually : read(text.trim())
    return value === undefined
      ? Effect.fail(new BadVariable({ variable: name, problem: `needs ${needs}` }))
      : Effect.succeed(value)
  })

const words: Readonly<Record<string, boolean>> = { true: true, false: false, yes: true, no: false, 1: true, 0: false }

const readEndpoint = (text: string): string | undefined => {
  const url = URL.parse(text)
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && url.username + url.password + url.search === ""
  return isPlain && url.hash === "" ? url.href.replace(/\/+$/, "") : undefined
}

const readInterval = (text: string): number | undefined =>
  /^\d{1,8}$/.test(text) && Number(text) >= shortest && Number(text) <= longest ? Number(text) : undefined

/** Parses `name=value` pairs with commas between them, the values with the escapes of URLs. */
const readHeaders = (text: string): Readonly<Record<string, string>> | undefined => {
  const pairs = text.split(",").filter((pair) => pair.trim() !== "")
  try {
    const headers = new Headers(
      pairs.map((pair): [string, string] => {
        const at = pair.indexOf("=")
        return [pair.slice(0, Math.max(0, at)).trim(), decodeURIComponent(pair.slice(at + 1).trim())]
      })
    )
    return Object.fromEntries(headers)
  } catch {
    // The name of one is none, or its value cannot be sent.
    return undefined
  }
}

/** Reads the variables of OpenTelemetry; gives `undefined` where nothing is to be exported. */
export const telemetrySettings: Effect.Effect<TelemetrySettings | undefined, BadVariable> = Effect.gen(function* () {
  const isOff = yield* variable("OTEL_SDK_DISABLED", false, "true or false", (text) => words[text.toLowerCase()])
  const endpoint = yield* variable(
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "",
    "an http or https URL such as http://127.0.0.1:4318, without a user, a query or a fragment",
    readEndpoint
  )
  if (isOff || endpoint === "") return undefined
  return {
    endpoint: Redacted.make(endpoint),
    headers: Redacted.make(
      yield* variable("OTEL_EXPORTER_OTLP_HEADERS", {}, "pairs such as name=value, with commas between", readHeaders)
    ),
    serviceName: yield* variable("OTEL_SERVICE_NAME", "botswain", "a name", (text) => text),
    metricsEach: yield* variable(
      "OTEL_METRIC_EXPORT_INTERVAL",
      usual,
      `a whole number of milliseconds, from ${shortest} to ${longest}`,
      readInterval
    )
  }
})
