import { Context, Data, Duration, Effect, Layer, Option, Redacted, Result } from "effect"
import { Endpoint } from "../wire/Endpoint.ts"

/** What the fleet does when the server says goodbye. Rule: protocol row 9. */
export type OnGoodbye = "exit" | "reconnect"

/** What a fleet is told. Durations in Effect's form (`"200 millis"`); what is left out has its default. */
export interface SettingsInput {
  /** The Global connection: ws, wss, http or https. A secret: it may carry a token. */
  readonly url: string | Redacted.Redacted
  /** Sent as `Authorization: Bearer …` with the Global handshake only. */
  readonly token?: Redacted.Redacted | undefined
  /** More headers of the Global handshake. */
  readonly headers?: Readonly<Record<string, Redacted.Redacted>> | undefined
  /** Between two pings on a connection. Default 15 seconds. */
  readonly pingInterval?: Duration.Input | undefined
  /** Silence after a ping that is death. Default 10 seconds. */
  readonly pongTimeout?: Duration.Input | undefined
  /** For a handshake, for the reply to an ask, and for the first frame. Default 10 seconds. */
  readonly connectTimeout?: Duration.Input | undefined
  /** For a close handshake. Default 5 seconds. */
  readonly drainTimeout?: Duration.Input | undefined
  /** The ladder's first step. Default 500 millis. */
  readonly backoffBase?: Duration.Input | undefined
  /** The ladder's longest wait. Default 10 seconds. */
  readonly backoffCap?: Duration.Input | undefined
  /** Up for this long, a connection starts its ladder anew. Default 30 seconds. */
  readonly stableAfter?: Duration.Input | undefined
  /** Failures in a row before a team is in the slow lane. Default 10. */
  readonly slowAfter?: number | undefined
  /** Between attempts in the slow lane, randomised by half. Default 5 minutes. */
  readonly slowInterval?: Duration.Input | undefined
  /** Dials in flight. Default 64. */
  readonly maxDials?: number | undefined
  /** Dials begun a second. Default 500. */
  readonly dialRate?: number | undefined
  /** Bytes of the largest frame that is read. Default 1 MiB. */
  readonly maxFrame?: number | undefined
  /** Hosts that a team's URL may name (`host`, `host:port` or `*.domain`), in place of the address rule of row 2. */
  readonly allowHosts?: ReadonlyArray<string> | undefined
  /** Default `exit`. */
  readonly onGoodbye?: OnGoodbye | undefined
  /** Teams that have left and are still in the healthcheck. Default 100,000. Rule: protocol row 17. */
  readonly rememberDeparted?: number | undefined
}

/** Settings that have been checked. Durations are milliseconds. */
export interface SettingsValues {
  readonly endpoint: Endpoint
  readonly headers: Readonly<Record<string, Redacted.Redacted>>
  readonly pingInterval: number
  readonly pongTimeout: number
  readonly connectTimeout: number
  readonly drainTimeout: number
  readonly backoffBase: number
  readonly backoffCap: number
  readonly stableAfter: number
  readonly slowAfter: number
  readonly slowInterval: number
  readonly maxDials: number
  readonly dialRate: number
  readonly maxFrame: number
  /** Lower case; `undefined` where the address rule holds. */
  readonly allowHosts: ReadonlyArray<string> | undefined
  readonly onGoodbye: OnGoodbye
  readonly rememberDeparted: number
}

/** A setting that cannot be used. Names the setting and what is wrong with it; never quotes a secret. */
export class BadSetting extends Data.TaggedError("BadSetting")<{
  readonly setting: keyof SettingsInput
  readonly problem: string
}> {
  override get message() {
    return `${this.setting}: ${this.problem}`
  }
}

const day = Duration.toMillis("1 day")

const bad = (setting: keyof SettingsInput, problem: string) => Result.fail(new BadSetting({ setting, problem }))

/** A duration in milliseconds, from `min` milliseconds to a day. */
const duration = (
  setting: keyof SettingsInput,
  value: Duration.Input | undefined,
  preset: Duration.Input,
  min = 1
): Result.Result<number, BadSetting> => {
  const parsed = Duration.fromInput(value ?? preset)
  if (Option.isNone(parsed)) return bad(setting, `needs a duration such as "200 millis" or "30 seconds"`)
  const millis = Duration.toMillis(parsed.value)
  return millis >= min && millis <= day
    ? Result.succeed(millis)
    : bad(setting, `needs a duration from ${Duration.format(Duration.millis(min))} to 1d`)
}

const count = (
  setting: keyof SettingsInput,
  value: number | undefined,
  preset: number,
  min: number,
  max: number
): Result.Result<number, BadSetting> => {
  const number = value ?? preset
  return Number.isInteger(number) && number >= min && number <= max
    ? Result.succeed(number)
    : bad(setting, `needs a whole number from ${min} to ${max}`)
}

const endpoint = (url: string | Redacted.Redacted): Result.Result<Endpoint, BadSetting> =>
  Result.mapError(
    Endpoint.parse(typeof url === "string" ? url : Redacted.value(url)),
    (error) => new BadSetting({ setting: "url", problem: `needs a ws, wss, http or https URL: ${error.reason}` })
  )

/** Characters of a header's name: RFC 9110 section 5.6.2, `token`. */
const headerName = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i
/** Characters of a header's value: RFC 9110 section 5.5, without obs-text. */
const headerValue = /^[\t\x20-\x7e]*$/

const handshakeHeaders = (input: SettingsInput): Result.Result<Record<string, Redacted.Redacted>, BadSetting> => {
  const headers: Record<string, Redacted.Redacted> = { ...input.headers }
  for (const [name, value] of Object.entries(headers)) {
    if (!headerName.test(name))
      return bad("headers", "a header's name may have letters, digits and !#$%&'*+.^_`|~- only")
    if (!headerValue.test(Redacted.value(value)))
      return bad("headers", `the value of ${name} may have printable ASCII only`)
  }
  if (input.token !== undefined) {
    if (Object.keys(headers).some((name) => name.toLowerCase() === "authorization")) {
      return bad("headers", "has an Authorization, which is the token's")
    }
    const token = Redacted.value(input.token)
    if (token === "" || !headerValue.test(token)) return bad("token", "needs printable ASCII, and not nothing")
    headers["Authorization"] = Redacted.make(`Bearer ${token}`, { label: "authorization" })
  }
  return Result.succeed(headers)
}

const hostPattern = /^(?:(?:\*\.)?[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(?<port>\d{1,5}))?$/

const isHost = (text: string): boolean => {
  const match = hostPattern.exec(text)
  const port = Number(match?.groups?.["port"] ?? 1)
  return match !== null && port >= 1 && port <= 65_535
}

const hosts = (
  input: ReadonlyArray<string> | undefined
): Result.Result<ReadonlyArray<string> | undefined, BadSetting> => {
  if (input === undefined) return Result.succeed(undefined)
  const lower = input.map((host) => host.toLowerCase())
  return lower.every(isHost)
    ? Result.succeed(lower)
    : bad("allowHosts", `needs hosts such as chat.example, chat.example:8080 or *.chat.example, not a URL`)
}

/** Settings that have been checked, or the first that cannot be used. */
export const check = (input: SettingsInput): Result.Result<SettingsValues, BadSetting> =>
  Result.gen(function* () {
    const backoffBase = yield* duration("backoffBase", input.backoffBase, "500 millis")
    const backoffCap = yield* duration("backoffCap", input.backoffCap, "10 seconds")
    if (backoffCap < backoffBase) return yield* bad("backoffCap", "needs a duration no shorter than backoffBase")
    return {
      endpoint: yield* endpoint(input.url),
      headers: yield* handshakeHeaders(input),
      pingInterval: yield* duration("pingInterval", input.pingInterval, "15 seconds", 10),
      pongTimeout: yield* duration("pongTimeout", input.pongTimeout, "10 seconds", 10),
      connectTimeout: yield* duration("connectTimeout", input.connectTimeout, "10 seconds", 10),
      drainTimeout: yield* duration("drainTimeout", input.drainTimeout, "5 seconds"),
      backoffBase,
      backoffCap,
      stableAfter: yield* duration("stableAfter", input.stableAfter, "30 seconds"),
      slowAfter: yield* count("slowAfter", input.slowAfter, 10, 1, 1000),
      slowInterval: yield* duration("slowInterval", input.slowInterval, "5 minutes"),
      maxDials: yield* count("maxDials", input.maxDials, 64, 1, 10_000),
      dialRate: yield* count("dialRate", input.dialRate, 500, 1, 100_000),
      maxFrame: yield* count("maxFrame", input.maxFrame, 1 << 20, 125, 1 << 28),
      allowHosts: yield* hosts(input.allowHosts),
      onGoodbye: input.onGoodbye ?? "exit",
      rememberDeparted: yield* count("rememberDeparted", input.rememberDeparted, 100_000, 0, 10_000_000)
    }
  })

/** What a fleet runs by. */
export class Settings extends Context.Service<Settings, SettingsValues>()("botswain/services/Settings") {
  static readonly layer = (input: SettingsInput): Layer.Layer<Settings, BadSetting> =>
    Layer.effect(Settings, Effect.fromResult(check(input)))
}
