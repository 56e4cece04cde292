import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer, Redacted, Result } from "effect"
import { BadSetting, check, Settings, type SettingsInput } from "../../src/services/Settings.ts"
import { settingsOf } from "../support/settings.ts"

const url = "wss://chat.example/global?token=hunter2"

const refusalOf = (input: Partial<SettingsInput>): BadSetting => {
  const result = check({ url, ...input })
  return Result.isFailure(result) ? result.failure : assert.fail(`${inspect(input)} is accepted`)
}

/** What is accepted of a setting, in the unit of the checked value. */
const acceptedOf = <K extends keyof SettingsInput>(setting: K, value: SettingsInput[K]) =>
  (settingsOf({ [setting]: value }) as unknown as Record<K, unknown>)[setting]

describe("the defaults", () => {
  it("are those of the table of settings", () => {
    const { endpoint, headers, ...rest } = settingsOf()
    assert.strictEqual(endpoint.origin, "ws://global.example:80")
    assert.deepStrictEqual(headers, {})
    assert.deepStrictEqual(rest, {
      pingInterval: 15_000,
      pongTimeout: 10_000,
      connectTimeout: 10_000,
      drainTimeout: 5_000,
      backoffBase: 500,
      backoffCap: 10_000,
      stableAfter: 30_000,
      slowAfter: 10,
      slowInterval: 5 * 60_000,
      maxDials: 512,
      dialRate: 10_000,
      maxFrame: 1024 * 1024,
      messageTimeout: 60_000,
      teamHeaders: {},
      proxy: undefined,
      tlsCa: undefined,
      tlsCert: undefined,
      tlsKey: undefined,
      maxUnfinished: 64 * 1024 * 1024,
      maxUnsent: 64 * 1024 * 1024,
      allowHosts: undefined,
      onGoodbye: "exit",
      maxTeams: 100_000,
      rememberDeparted: 100_000,
      forgetUnconfirmed: 3_600_000
    })
  })

  it("stand for settings that are given as undefined", () => {
    const named = { pingInterval: undefined, maxDials: undefined, token: undefined, onGoodbye: undefined }
    assert.deepStrictEqual(settingsOf(named), settingsOf())
  })
})

const durations = [
  "pingInterval",
  "pongTimeout",
  "connectTimeout",
  "drainTimeout",
  "backoffBase",
  "backoffCap",
  "stableAfter",
  "slowInterval"
] as const

/** The shortest that a duration may be, in milliseconds, where it is not 1. */
const shortest: Partial<Record<(typeof durations)[number], number>> = {
  pingInterval: 10,
  pongTimeout: 10,
  connectTimeout: 10,
  // No shorter than the default of backoffBase.
  backoffCap: 500
}

describe.each(durations)("%s", (setting) => {
  it("is a duration in any of Effect's forms", () => {
    assert.strictEqual(acceptedOf(setting, "700 millis"), 700)
    assert.strictEqual(acceptedOf(setting, "2 seconds"), 2000)
    assert.strictEqual(acceptedOf(setting, 1500), 1500)
    assert.strictEqual(acceptedOf(setting, Duration.seconds(3)), 3000)
  })

  it("is bounded below and above, the bounds included", () => {
    const min = shortest[setting] ?? 1
    assert.strictEqual(acceptedOf(setting, min), min)
    assert.strictEqual(refusalOf({ [setting]: min - 0.5 }).setting, setting)
    if (setting !== "backoffBase") assert.strictEqual(acceptedOf(setting, "1 day"), 86_400_000)
    assert.strictEqual(refusalOf({ [setting]: 86_400_001 }).setting, setting)
  })

  it("is refused by name, if it is none", () => {
    const values = [
      "",
      "soon",
      "10",
      "10 potatoes",
      "-1 seconds",
      "0 millis",
      0,
      -5,
      NaN,
      Infinity,
      -Infinity,
      "2 days"
    ]
    for (const value of values) {
      const error = refusalOf({ [setting]: value as Duration.Input })
      assert.strictEqual(error.setting, setting, String(value))
      assert.match(error.message, new RegExp(`^${setting}: needs a duration`))
    }
  })
})

const counts = [
  ["slowAfter", 1, 1000],
  ["maxDials", 1, 10_000],
  ["dialRate", 1, 100_000],
  ["maxFrame", 125, 2 ** 28],
  ["maxUnfinished", 65_536, 2 ** 34],
  ["maxUnsent", 65_536, 2 ** 30],
  ["maxTeams", 1, 10_000_000],
  ["rememberDeparted", 0, 10_000_000]
] as const

describe.each(counts)("%s", (setting, min, max) => {
  it(`is a whole number from ${min} to ${max}`, () => {
    for (const value of [min, min + 1, max]) assert.strictEqual(acceptedOf(setting, value), value)
    for (const value of [min - 1, max + 1, min + 0.5, NaN, Infinity, -1, "7" as unknown as number]) {
      const error = refusalOf({ [setting]: value })
      assert.strictEqual(error.setting, setting, String(value))
      assert.match(error.message, new RegExp(`^${setting}: needs a whole number from ${min} to ${max}$`))
    }
  })
})

describe("url", () => {
  it("is ws, wss, http or https, as text or as a secret", () => {
    assert.strictEqual(settingsOf({ url: "https://chat.example/global" }).endpoint.origin, "wss://chat.example:443")
    const secret = settingsOf({ url: Redacted.make("http://chat.example/global?token=x") }).endpoint
    assert.strictEqual(Redacted.value(secret.url), "ws://chat.example/global?token=x")
  })

  it("is refused, if it is anything else", () => {
    for (const bad of ["", "chat.example", "ftp://chat.example", "ws://", "ws://h:99999", Redacted.make("nonsense")]) {
      const error = refusalOf({ url: bad })
      assert.strictEqual(error.setting, "url")
      assert.match(error.message, /^url: needs a ws, wss, http or https URL: /)
    }
  })
})

describe("token and headers", () => {
  const headersOf = (input: Partial<SettingsInput>) =>
    Object.entries(settingsOf(input).headers).map(([name, value]) => [name, Redacted.value(value)])
  const header = (value: string) => Redacted.make(value)

  it("go with the Global handshake: the token as a Bearer", () => {
    assert.deepStrictEqual(headersOf({ token: header("abc"), headers: { "X-Fleet": header("one") } }), [
      ["X-Fleet", "one"],
      ["Authorization", "Bearer abc"]
    ])
  })

  it("leave the headers that were given as they were", () => {
    const given = { "X-Fleet": header("one") }
    check({ url, token: header("abc"), headers: given })
    assert.deepStrictEqual(Object.keys(given), ["X-Fleet"])
  })

  it("a token that no header can carry is refused", () => {
    for (const token of ["", "a\r\nEvil: 1", "a\nb", "tökén", "a\u0000", "\u007f"]) {
      assert.strictEqual(refusalOf({ token: header(token) }).setting, "token", JSON.stringify(token))
    }
  })

  it("a header that HTTP cannot carry is refused", () => {
    for (const name of ["", "X Fleet", "X:Fleet", "Ä", "X\r\nEvil", "(x)"]) {
      assert.strictEqual(refusalOf({ headers: { [name]: header("a") } }).setting, "headers", name)
    }
    for (const value of ["a\r\nEvil: 1", "ä", "\u0000", "a\u007f"]) {
      assert.strictEqual(refusalOf({ headers: { "X-Fleet": header(value) } }).setting, "headers", value)
    }
  })

  it("a header may be empty, and may hold spaces and tabs", () => {
    assert.deepStrictEqual(headersOf({ headers: { "x-1": header(""), "x-2": header("a b\tc") } }), [
      ["x-1", ""],
      ["x-2", "a b\tc"]
    ])
  })

  it("an Authorization of one's own beside a token is refused, in any case: one of them would be lost", () => {
    for (const name of ["Authorization", "authorization", "AUTHORIZATION"]) {
      assert.strictEqual(refusalOf({ token: header("abc"), headers: { [name]: header("Basic x") } }).setting, "headers")
      assert.deepStrictEqual(headersOf({ headers: { [name]: header("Basic x") } }), [[name, "Basic x"]])
    }
  })
})

describe("allowHosts", () => {
  it("are hosts, with or without a port, or all below a domain; case does not matter", () => {
    const hosts = [
      "Chat.Example",
      "chat.example:8080",
      "*.chat.example",
      "*.chat.example:1",
      "10.0.0.1",
      "localhost:65535",
      "[::1]",
      "[2001:DB8::1]:81",
      "my_host-1"
    ]
    assert.deepStrictEqual(
      settingsOf({ allowHosts: hosts }).allowHosts,
      hosts.map((host) => host.toLowerCase())
    )
  })

  it("are refused, if one of them is anything else", () => {
    for (const host of [
      "",
      "*",
      "*.",
      "ws://chat.example",
      "chat.example/team",
      "user@chat.example",
      "a b",
      "chat.example:",
      ":80",
      "chat.example:http",
      "a.*.example",
      "::1",
      "[::1",
      "chat.example:80:81",
      "chat.example\n"
    ]) {
      assert.strictEqual(refusalOf({ allowHosts: ["ok.example", host] }).setting, "allowHosts", JSON.stringify(host))
    }
  })

  it("are refused, if a port is none: it would never match", () => {
    for (const host of ["chat.example:0", "chat.example:65536", "chat.example:99999", "[::1]:70000"]) {
      assert.strictEqual(refusalOf({ allowHosts: [host] }).setting, "allowHosts", host)
    }
  })

  it("are none, if the list is empty: no host is allowed", () => {
    assert.deepStrictEqual(settingsOf({ allowHosts: [] }).allowHosts, [])
  })
})

describe("onGoodbye", () => {
  it("is as it is set", () => {
    assert.strictEqual(settingsOf({ onGoodbye: "reconnect" }).onGoodbye, "reconnect")
    assert.strictEqual(settingsOf({ onGoodbye: "exit" }).onGoodbye, "exit")
  })
})

describe("settings that contradict each other", () => {
  it("backoffCap is no shorter than backoffBase", () => {
    assert.strictEqual(refusalOf({ backoffBase: "2 seconds", backoffCap: "1 second" }).setting, "backoffCap")
    assert.strictEqual(refusalOf({ backoffBase: "11 seconds" }).setting, "backoffCap")
    assert.strictEqual(settingsOf({ backoffBase: "2 seconds", backoffCap: "2 seconds" }).backoffCap, 2000)
  })
})

describe("secrets", () => {
  const secret = "hunter2"
  const texts = (shown: unknown) => [inspect(shown, { depth: Infinity }), JSON.stringify(shown), String(shown)]

  it("are in no message", () => {
    const bad: ReadonlyArray<Partial<SettingsInput>> = [
      { url: `ftp://${secret}@h/${secret}` },
      { url: Redacted.make(secret) },
      { token: Redacted.make(`${secret}\n`) },
      { headers: { [`Authorization ${secret}`]: Redacted.make("x") } },
      { headers: { "X-Token": Redacted.make(`${secret}\n`) } },
      { allowHosts: [`ws://${secret}@h/${secret}`] }
    ]
    for (const input of bad) {
      const error = refusalOf(input)
      for (const shown of [...texts(error), error.message]) assert.notInclude(shown, secret)
    }
  })

  it("are not shown with the checked settings", () => {
    const values = settingsOf({ url, token: Redacted.make(secret), headers: { "X-Token": Redacted.make(secret) } })
    for (const shown of texts(values)) assert.notInclude(shown, secret)
  })
})

describe("Settings.layer", () => {
  it.effect("provides the checked settings", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* Settings).pingInterval, 7000)
    }).pipe(Effect.provide(Settings.layer({ url, pingInterval: "7 seconds" })))
  )

  it.effect("fails with the first setting that cannot be used", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Effect.scoped(Layer.build(Settings.layer({ url, maxDials: 0 }))))
      assert.instanceOf(error, BadSetting)
      assert.strictEqual(error.setting, "maxDials")
    })
  )
})
