import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Formatter, Redacted, Result, Schema } from "effect"
import { Endpoint } from "../../src/wire/Endpoint.ts"
import { logLines } from "../support/logLines.ts"
import { endpointOf } from "../support/settings.ts"

const originOf = (url: string) => endpointOf(url).origin
const urlOf = (url: string) => Redacted.value(endpointOf(url).url)
const refusalOf = (text: string) => {
  const result = Endpoint.parse(text)
  return Result.isFailure(result) ? result.failure : assert.fail(`${text} is accepted`)
}

describe("a URL that may be dialled (protocol row 1)", () => {
  it("is ws or wss as it stands", () => {
    assert.strictEqual(urlOf("ws://chat.example/team?t=1"), "ws://chat.example/team?t=1")
    assert.strictEqual(urlOf("wss://chat.example:8443/team"), "wss://chat.example:8443/team")
    assert.isFalse(endpointOf("ws://chat.example/").secure)
    assert.isTrue(endpointOf("wss://chat.example/").secure)
  })

  it("is http as ws, and https as wss: the example of the protocol", () => {
    assert.strictEqual(urlOf("http://localhost:8080/connect/to/team"), "ws://localhost:8080/connect/to/team")
    assert.strictEqual(urlOf("https://chat.example/team?t=1"), "wss://chat.example/team?t=1")
    assert.isFalse(endpointOf("http://chat.example/").secure)
    assert.isTrue(endpointOf("https://chat.example/").secure)
  })

  it("has the default port of its scheme, where it names none", () => {
    const portOf = (url: string) => endpointOf(url).port
    assert.deepStrictEqual(["ws://h/", "http://h/", "wss://h/", "https://h/"].map(portOf), [80, 80, 443, 443])
    assert.deepStrictEqual(
      ["http://h:443/", "https://h:80/", "ws://h:80/", "wss://h:443/"].map(portOf),
      [443, 80, 80, 443]
    )
    assert.strictEqual(urlOf("http://h:443/"), "ws://h:443/")
    assert.strictEqual(urlOf("https://h:80/"), "wss://h:80/")
  })

  it("loses its fragment, which a WebSocket URL may not have", () => {
    assert.strictEqual(urlOf("ws://h/team?t=1#section"), "ws://h/team?t=1")
    assert.strictEqual(urlOf("ws://h/#"), "ws://h/")
  })

  it("keeps userinfo, path and query for the dial", () => {
    assert.strictEqual(urlOf("ws://user:pass@h/a%20b?c=d&e"), "ws://user:pass@h/a%20b?c=d&e")
  })

  it("may name an IPv6 address: the hostname has no brackets, the origin has them", () => {
    const endpoint = endpointOf("ws://[2001:DB8:0:0:0:0:0:1]:9000/")
    assert.strictEqual(endpoint.hostname, "2001:db8::1")
    assert.strictEqual(endpoint.origin, "ws://[2001:db8::1]:9000")
  })

  it("has a hostname in one spelling: lower case, no dot at the end, numbers as dotted decimals", () => {
    const hostnameOf = (host: string) => endpointOf(`ws://${host}/`).hostname
    for (const host of ["Chat.Example", "chat.example.", "CHAT%2Eexample", "chat。example"]) {
      assert.strictEqual(hostnameOf(host), "chat.example", host)
    }
    for (const host of ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "017700000001", "0x7f.0.1", "127.0.0.1."]) {
      assert.strictEqual(hostnameOf(host), "127.0.0.1", host)
    }
  })

  it("has the host that the dial goes to, whatever stands before an @ or after a backslash", () => {
    assert.strictEqual(originOf("ws://good.example@evil.example/"), "ws://evil.example:80")
    assert.strictEqual(originOf("ws://good.example:80@evil.example:81/"), "ws://evil.example:81")
    assert.strictEqual(originOf("ws://evil.example\\@good.example/"), "ws://evil.example:80")
    assert.strictEqual(originOf("ws://evil.example#@good.example/"), "ws://evil.example:80")
    assert.strictEqual(originOf("ws://evil.example?@good.example/"), "ws://evil.example:80")
  })
})

describe("a text that may not be dialled (protocol row 1)", () => {
  it("is no URL", () => {
    for (const text of [
      "",
      "chat.example",
      "/team/1",
      "ws://",
      "ws://h:99999/",
      "ws://h:port/",
      "ws://a b/",
      "ws://[::1/",
      "ws://256.1.1.1/",
      "null"
    ]) {
      assert.include(refusalOf(text).message, "not a URL", text)
    }
  })

  it("is a URL of any other scheme", () => {
    for (const text of [
      "ftp://h/",
      "file:///etc/passwd",
      "data:,x",
      "javascript:alert(1)",
      "mailto:a@b",
      "ws+unix:///s:/",
      "unix:/s",
      "httpx://h/",
      "chat.example:8080"
    ]) {
      assert.include(refusalOf(text).message, "scheme", text)
    }
  })

  it("is longer than 8,192 characters, as it is written or as it is sent", () => {
    assert.isString(endpointOf(`ws://h/${"x".repeat(8_192 - 7)}`).origin)
    assert.include(refusalOf(`ws://h/${"x".repeat(8_192 - 6)}`).message, "8192 characters")
    assert.include(refusalOf(`ws://h/${"é".repeat(1_400)}`).message, "8192 characters")
    assert.include(refusalOf(`ws://h/#${"x".repeat(1_000_000)}`).message, "8192 characters")
  })

  it("has a hostname that is longer than a name can be", () => {
    const label = "a".repeat(63)
    const longest = `${label}.${label}.${label}.${"a".repeat(61)}`
    assert.strictEqual(endpointOf(`ws://${longest}/`).hostname.length, 253)
    assert.strictEqual(endpointOf(`ws://${longest}./`).hostname.length, 253)
    assert.include(refusalOf(`ws://a${longest}/`).message, "253 characters")
  })

  it("is never quoted", () => {
    for (const text of ["hunter2", "ws://hunter2:port/", "hunter2://h/", "ftp://hunter2/hunter2?hunter2"]) {
      const error = refusalOf(text)
      for (const shown of [
        error.message,
        String(error),
        inspect(error),
        JSON.stringify(error),
        Cause.pretty(Cause.fail(error))
      ]) {
        // The stack names this file, not the text.
        assert.notInclude(shown, "hunter2")
      }
    }
  })
})

describe("a URL is a secret: only scheme, host and port are shown (protocol row 2)", () => {
  const secret = "hunter2"
  const shownOf = (endpoint: Endpoint) => [
    String(endpoint),
    endpoint.origin,
    JSON.stringify(endpoint),
    JSON.stringify({ team: 1, endpoint, list: [endpoint] }),
    String(endpoint.url),
    JSON.stringify({ url: endpoint.url }),
    inspect(endpoint, { depth: Infinity, showHidden: true, getters: true }),
    inspect({ nested: new Map([[endpoint, [endpoint]]]) }, { depth: Infinity }),
    Formatter.format({ endpoint, url: endpoint.url }),
    JSON.stringify(Object.entries(endpoint))
  ]

  it.prop(
    "wherever in the URL a secret stands",
    [
      Schema.Literals(["ws", "wss", "http", "https"]),
      Schema.Literals([":hunter2@", "hunter2@", "u:hunter2@", ""]),
      Schema.String
    ],
    ([scheme, userinfo, more]) => {
      const noise = encodeURIComponent(more.toWellFormed())
      const endpoint = endpointOf(
        `${scheme}://${userinfo}chat.example:81/hunter2/${noise}?hunter2=${noise}hunter2#hunter2`
      )
      assert.include(Redacted.value(endpoint.url), secret)
      for (const shown of shownOf(endpoint)) assert.notInclude(shown, secret)
    },
    { arbitrary: { runs: 200, seed: 1 } }
  )

  it("what is shown is the origin", () => {
    const endpoint = endpointOf("https://user@chat.example/team/1?token=x")
    assert.strictEqual(String(endpoint), "wss://chat.example:443")
    assert.strictEqual(JSON.stringify([endpoint]), `["wss://chat.example:443"]`)
  })

  it.effect("in a log too, as message and as annotation", () =>
    Effect.gen(function* () {
      const { lines, capture } = logLines()
      const endpoint = endpointOf("ws://hunter2@chat.example/hunter2")
      yield* Effect.logInfo("dialling", endpoint).pipe(Effect.annotateLogs({ endpoint }), capture)
      assert.strictEqual(lines.length, 1)
      assert.notInclude(inspect(lines, { depth: Infinity }), secret)
    })
  )
})
