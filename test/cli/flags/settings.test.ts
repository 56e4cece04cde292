import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted, Result } from "effect"
import { fleetFlags } from "../../../src/cli/flags/fleet.ts"
import { describeInvalid } from "../../../src/cli/flags/invalid.ts"
import { fleetSettings, flagOf } from "../../../src/cli/flags/settings.ts"
import { check, type SettingsValues } from "../../../src/services/Settings.ts"
import { parse } from "./parse.ts"

/** The settings that a command line gives, or the line that says what is wrong with it. */
const settings = (
  args: ReadonlyArray<string>,
  variables?: Record<string, string>
): Effect.Effect<SettingsValues | string> =>
  Effect.gen(function* () {
    const outcome = yield* parse(fleetFlags, args, variables)
    if ("problem" in outcome) return outcome.problem
    return yield* Effect.match(fleetSettings(outcome.given), {
      onSuccess: (values) => values,
      onFailure: (error) => describeInvalid(error, "botswain run")
    })
  })

const good = Effect.fnUntraced(function* (args: ReadonlyArray<string>, variables?: Record<string, string>) {
  const values = yield* settings(args, variables)
  if (typeof values === "string") return assert.fail(values)
  return values
})

const url = ["--url", "ws://chat.example/global"]

describe("the flags of a fleet", () => {
  it.effect("give the defaults of the settings where they are left out", () =>
    Effect.gen(function* () {
      const expected = Result.getOrThrow(check({ url: "ws://chat.example/global" }))
      const { endpoint, ...rest } = yield* good(url)
      const { endpoint: sameEndpoint, ...same } = expected
      assert.strictEqual(endpoint.origin, sameEndpoint.origin)
      assert.deepStrictEqual(rest, same)
    })
  )

  it.effect("set every setting", () =>
    Effect.gen(function* () {
      const values = yield* good([
        "--url=https://chat.example/global",
        "--token=t",
        "--header=X-Fleet: blue",
        "--header=X-Two: a, b",
        "--proxy=https://me:hunter2@proxy.example",
        "--tls-ca=ca.pem",
        "--tls-cert=cert.pem",
        "--tls-key=key.pem",
        "--ping-interval=1 second",
        "--pong-timeout=2 seconds",
        "--connect-timeout=3 seconds",
        "--drain-timeout=4 seconds",
        "--backoff-base=5 millis",
        "--backoff-cap=6 seconds",
        "--stable-after=7 seconds",
        "--slow-after=8",
        "--slow-interval=9 minutes",
        "--max-dials=10",
        "--dial-rate=11",
        "--max-frame=512 KiB",
        "--message-timeout=30 seconds",
        "--max-unfinished=1 MiB",
        "--max-unsent=2 MiB",
        "--allow-host=a.example",
        "--allow-host=*.b.example",
        "--on-goodbye=reconnect",
        "--max-teams=13",
        "--remember-departed=12",
        "--forget-unconfirmed=2 hours"
      ])
      const { endpoint, headers, proxy, ...rest } = values
      assert.strictEqual(JSON.stringify(proxy?.wss), `"wss://proxy.example:443"`)
      assert.strictEqual(proxy?.ws, proxy?.wss)
      assert.strictEqual(endpoint.origin, "wss://chat.example:443")
      assert.deepStrictEqual(
        Object.entries(headers).map(([name, value]) => [name, Redacted.value(value)]),
        [
          ["X-Fleet", "blue"],
          ["X-Two", "a, b"],
          ["Authorization", "Bearer t"]
        ]
      )
      assert.deepStrictEqual(rest, {
        pingInterval: 1000,
        pongTimeout: 2000,
        connectTimeout: 3000,
        drainTimeout: 4000,
        backoffBase: 5,
        backoffCap: 6000,
        stableAfter: 7000,
        slowAfter: 8,
        slowInterval: 540_000,
        tlsCa: "ca.pem",
        tlsCert: "cert.pem",
        tlsKey: "key.pem",
        maxDials: 10,
        dialRate: 11,
        maxFrame: 524_288,
        teamHeaders: {},
        messageTimeout: 30_000,
        maxUnfinished: 1 << 20,
        maxUnsent: 2 << 20,
        allowHosts: ["a.example", "*.b.example"],
        onGoodbye: "reconnect",
        maxTeams: 13,
        rememberDeparted: 12,
        forgetUnconfirmed: 7_200_000
      })
    })
  )

  it.effect("come from the environment too, and the flag wins", () =>
    Effect.gen(function* () {
      const variables = {
        BOTSWAIN_URL: "ws://from.variable/global",
        BOTSWAIN_TOKEN: "secret",
        BOTSWAIN_PING_INTERVAL: "20 seconds",
        BOTSWAIN_PONG_TIMEOUT: "20 seconds",
        BOTSWAIN_MAX_FRAME: "65536",
        BOTSWAIN_ON_GOODBYE: "reconnect",
        BOTSWAIN_SLOW_AFTER: ""
      }
      const values = yield* good(["--pong-timeout", "1 second"], variables)
      assert.strictEqual(values.endpoint.hostname, "from.variable")
      assert.strictEqual(Redacted.value(values.headers["Authorization"]!), "Bearer secret")
      assert.strictEqual(values.pingInterval, 20_000)
      assert.strictEqual(values.pongTimeout, 1000)
      assert.strictEqual(values.maxFrame, 65_536)
      assert.strictEqual(values.onGoodbye, "reconnect")
      assert.strictEqual(values.slowAfter, 10, "an empty variable is none")
    })
  )

  it.effect("that may be repeated: hosts with commas, headers one a line, and flags in place of them", () =>
    Effect.gen(function* () {
      const variables = {
        BOTSWAIN_URL: "ws://chat.example",
        BOTSWAIN_ALLOW_HOST: "a.example, b.example:8080\nc.example,",
        BOTSWAIN_HEADER: "X-One: 1, 2\n\n  X-Two: b  \n"
      }
      const values = yield* good([], variables)
      assert.deepStrictEqual(values.allowHosts, ["a.example", "b.example:8080", "c.example"])
      assert.deepStrictEqual(
        Object.entries(values.headers).map(([name, value]) => [name, Redacted.value(value)]),
        [
          ["X-One", "1, 2"],
          ["X-Two", "b"]
        ]
      )
      const flagged = yield* good(["--allow-host", "d.example"], variables)
      assert.deepStrictEqual(flagged.allowHosts, ["d.example"])
    })
  )
})

describe("a bad value is one line that names", () => {
  const bad: ReadonlyArray<readonly [args: ReadonlyArray<string>, variables: Record<string, string>, line: string]> = [
    [[], {}, "--url (or BOTSWAIN_URL) is needed; see botswain run --help"],
    [["--url", "ftp://x"], {}, "--url: needs a ws, wss, http or https URL: its scheme is none of ws, wss, http, https"],
    [[], { BOTSWAIN_URL: "hm" }, "BOTSWAIN_URL: needs a ws, wss, http or https URL: it is not a URL"],
    [["--url=ws://a", "--url=ws://b"], {}, "--url: is given more than once"],
    [[...url, "--ping-interval", "5s"], {}, `--ping-interval: needs a duration such as "200 millis" or "30 seconds"`],
    [
      url,
      { BOTSWAIN_PING_INTERVAL: "5s" },
      `BOTSWAIN_PING_INTERVAL: needs a duration such as "200 millis" or "30 seconds"`
    ],
    [[...url, "--ping-interval", "1 milli"], {}, "--ping-interval: needs a duration from 10ms to 1d"],
    [[...url, "--drain-timeout=-1 seconds"], {}, "--drain-timeout: needs a duration from 1ms to 1d"],
    [[...url, "--stable-after", "Infinity"], {}, "--stable-after: needs a duration from 1ms to 1d"],
    [[...url, "--backoff-base", "1 minute"], {}, "--backoff-cap: needs a duration no shorter than --backoff-base"],
    [url, { BOTSWAIN_BACKOFF_CAP: "1 milli" }, "BOTSWAIN_BACKOFF_CAP: needs a duration no shorter than --backoff-base"],
    [[...url, "--slow-after", "1.5"], {}, "--slow-after: needs a whole number from 1 to 1000"],
    [[...url, "--max-dials", "0"], {}, "--max-dials: needs a whole number from 1 to 10000"],
    [url, { BOTSWAIN_DIAL_RATE: "many" }, "BOTSWAIN_DIAL_RATE: needs a whole number from 1 to 100000"],
    [[...url, "--max-frame", "1 XiB"], {}, `--max-frame: needs a size in bytes, or one such as "512 KiB" or "1 MiB"`],
    [[...url, "--max-frame", "1"], {}, "--max-frame: needs a whole number from 125 to 268435456"],
    [[...url, "--header", "s3cret"], {}, `--header: needs a header such as "X-Fleet: blue"`],
    [[...url, "--header", "X-A: s3crét"], {}, "--header: the value of X-A may have printable ASCII only"],
    [[...url, "--token="], {}, "--token: needs printable ASCII, and not nothing"],
    [[...url, "--token", "-s3cret"], {}, "--token: needs a value (write --name=value if it begins with a dash)"],
    [
      [...url, "--allow-host", "ws://x"],
      {},
      "--allow-host: needs hosts such as chat.example, chat.example:8080 or *.chat.example, not a URL"
    ],
    [[...url, "--on-goodbye", "stay"], {}, "--on-goodbye: needs exit or reconnect"],
    [url, { BOTSWAIN_ON_GOODBYE: "stay" }, "BOTSWAIN_ON_GOODBYE: needs exit or reconnect"],
    [
      [...url, "--ping-intervall", "x"],
      {},
      "--ping-intervall is no flag of botswain run (did you mean --ping-interval?); see botswain run --help"
    ],
    [
      ["ws://s3cret"],
      {},
      "there is more than botswain run takes; flags are written --name=value: see botswain run --help"
    ]
  ]
  for (const [args, variables, line] of bad) {
    it.effect(line, () => Effect.map(settings(args, variables), (actual) => assert.strictEqual(actual, line)))
  }

  it("every setting by the flag that it has", () => {
    assert.strictEqual(flagOf("pingInterval"), "--ping-interval")
    assert.strictEqual(flagOf("headers"), "--header")
    assert.strictEqual(flagOf("allowHosts"), "--allow-host")
    assert.strictEqual(flagOf("maxDials"), "--max-dials")
  })
})
