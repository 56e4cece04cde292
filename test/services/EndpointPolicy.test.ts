import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { EndpointPolicy } from "../../src/services/EndpointPolicy.ts"
import type { SettingsInput } from "../../src/services/Settings.ts"
import { endpointOf, settings } from "../support/settings.ts"

/** A policy of a fleet whose Global connection is at `url`. */
const policy = (url: string, input: Partial<SettingsInput> = {}) =>
  Effect.provide(EndpointPolicy.layer.pipe(Layer.provide(settings({ url, ...input }))))

const publicName = "ws://global.example/global"

/** Why a team's URL is refused, or "admitted". */
const verdictOn = Effect.fnUntraced(function* (url: string) {
  const { admit } = yield* EndpointPolicy
  return yield* Effect.match(admit(endpointOf(url)), {
    onFailure: ({ message }) => message,
    onSuccess: () => "admitted"
  })
})

const admits = (url: string) => Effect.map(verdictOn(url), (verdict) => verdict === "admitted")

/** Addresses that no team may reach from a Global connection on the internet, as they stand in a URL. */
const internal = [
  ["loopback", ["127.0.0.1", "127.0.0.2", "127.255.255.254", "[::1]"]],
  ["unspecified, which is this host", ["0.0.0.0", "0.1.2.3", "[::]"]],
  ["link-local, where clouds keep their metadata", ["169.254.169.254", "169.254.0.1", "[fe80::1]", "[febf::1]"]],
  ["private", ["10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.255.255"]],
  ["unique-local", ["[fc00::1]", "[fd12:3456:789a::1]"]],
  ["site-local of old", ["[fec0::1]"]],
  ["shared with the carrier", ["100.64.0.1", "100.100.100.200", "100.127.255.255"]],
  ["reserved", ["192.0.0.192", "198.18.0.1", "198.19.255.255", "240.0.0.1", "255.255.255.255"]],
  ["multicast", ["224.0.0.1", "239.255.255.255", "[ff02::1]"]],
  [
    "IPv4 mapped into IPv6",
    ["[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[::ffff:7f00:1]", "[::ffff:a9fe:a9fe]", "[::ffff:0.0.0.0]"]
  ],
  ["IPv4-compatible IPv6", ["[::127.0.0.1]", "[::10.0.0.1]"]],
  ["IPv4-translated IPv6", ["[::ffff:0:127.0.0.1]"]],
  [
    "IPv4 behind NAT64",
    ["[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::a00:1]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::1]"]
  ],
  ["IPv4 behind 6to4", ["[2002:7f00:1::]", "[2002:a00:1::1]", "[2002:a9fe:a9fe::1]", "[2002:c0a8:1::1]"]],
  ["IPv4 behind Teredo", ["[2001:0:4136:e378:8000:63bf:f5ff:fffe]"]]
] as const

/** Addresses on the internet, next to those above. */
const external = [
  "8.8.8.8",
  "1.0.0.1",
  "9.255.255.255",
  "11.0.0.0",
  "126.255.255.255",
  "128.0.0.1",
  "172.15.255.255",
  "172.32.0.0",
  "169.253.255.255",
  "169.255.0.0",
  "192.167.255.255",
  "192.169.0.0",
  "100.63.255.255",
  "100.128.0.0",
  "198.17.255.255",
  "198.20.0.0",
  "223.255.255.255",
  "[2606:4700:4700::1111]",
  "[2a00:1450:4001::200e]",
  "[::ffff:8.8.8.8]",
  "[64:ff9b::8.8.8.8]",
  "[2002:808:808::1]"
]

/** As a resolver gives it. */
const bare = (host: string) => host.replace(/^\[(.*)\]$/, "$1")

describe("a team's URL may not reach an internal address (protocol row 2)", () => {
  it.effect.each(internal)("%s", ([, hosts]) =>
    Effect.gen(function* () {
      const { allowsAddress } = yield* EndpointPolicy
      for (const host of hosts) {
        assert.include(yield* verdictOn(`ws://${host}/team`), "internal address", host)
        assert.isFalse(allowsAddress(bare(host)), `resolved: ${host}`)
      }
    }).pipe(policy(publicName))
  )

  it.effect("but any address on the internet", () =>
    Effect.gen(function* () {
      const { allowsAddress } = yield* EndpointPolicy
      for (const host of external) {
        assert.strictEqual("admitted", yield* verdictOn(`ws://${host}/team`), host)
        assert.isTrue(allowsAddress(bare(host)), `resolved: ${host}`)
      }
    }).pipe(policy(publicName))
  )

  it.effect("in no spelling of it", () =>
    Effect.gen(function* () {
      const spellings = [
        "2130706433",
        "0x7f000001",
        "0x7F.0x0.0x0.0x1",
        "017700000001",
        "0177.0.0.1",
        "127.1",
        "127.0.1",
        "127.0.0.1.",
        "0",
        "0x0",
        "127。0。0。1",
        "①②⑦.⓪.⓪.①",
        "%31%32%37.0.0.1",
        "user:pass@127.0.0.1",
        "global.example@127.0.0.1",
        "127.0.0.1\\@global.example",
        "127.0.0.1#@global.example",
        "[0:0:0:0:0:0:0:1]",
        "[0000::0001]",
        "[0:0:0:0:0:ffff:127.0.0.1]"
      ]
      for (const host of spellings) assert.include(yield* verdictOn(`ws://${host}/`), "internal address", host)
    }).pipe(policy(publicName))
  )

  it.effect("nor by the name localhost, in any spelling", () =>
    Effect.gen(function* () {
      for (const host of [
        "localhost",
        "LOCALHOST",
        "localhost.",
        "%6cocalhost",
        "ｌｏｃａｌｈｏｓｔ",
        "a.localhost",
        "a.b.LocalHost."
      ]) {
        assert.include(yield* verdictOn(`ws://${host}/`), "internal address", host)
      }
      for (const host of ["localhost.example", "mylocalhost", "localhost-1.example"]) {
        assert.strictEqual("admitted", yield* verdictOn(`ws://${host}/`), host)
      }
    }).pipe(policy(publicName))
  )

  it.effect("nor by a name that resolves to one: the name is admitted, the address is not (DNS rebinding)", () =>
    Effect.gen(function* () {
      const { allowsAddress } = yield* EndpointPolicy
      assert.isTrue(yield* admits("ws://rebound.example/"))
      assert.isFalse(allowsAddress("127.0.0.1"))
      assert.isFalse(allowsAddress("::ffff:127.0.0.1"))
      assert.isTrue(allowsAddress("8.8.8.8"))
    }).pipe(policy(publicName))
  )

  it.effect("and what a resolver gives that is no address is no address on the internet", () =>
    Effect.gen(function* () {
      const { allowsAddress } = yield* EndpointPolicy
      for (const address of [
        "",
        "localhost",
        "example",
        "fe80::1%eth0",
        "8.8.8.8%1",
        "8.8.8",
        "0x08080808",
        " 8.8.8.8",
        "[2606:4700::1]"
      ]) {
        assert.isFalse(allowsAddress(address), JSON.stringify(address))
      }
    }).pipe(policy(publicName))
  )

  it.effect("and the refusal shows the host, but no path, query or userinfo", () =>
    Effect.gen(function* () {
      const refusal = yield* verdictOn("ws://hunter2:hunter2@10.0.0.1:81/hunter2?hunter2#hunter2")
      assert.include(refusal, "10.0.0.1")
      assert.notInclude(refusal, "hunter2")
    }).pipe(policy(publicName))
  )
})

describe("unless the Global URL itself is on one", () => {
  const reachesInternal = Effect.gen(function* () {
    const { allowsAddress } = yield* EndpointPolicy
    const urls = ["ws://127.0.0.1:9/", "ws://10.0.0.1/", "ws://localhost/", "ws://[::1]/", "ws://team.internal/"]
    const admitted = yield* Effect.forEach(urls, admits)
    return [...admitted, allowsAddress("127.0.0.1"), allowsAddress("10.0.0.1"), allowsAddress("8.8.8.8")]
  })
  const all = Array.from({ length: 8 }, () => true)
  const namesAndInternetOnly = [false, false, false, false, true, false, false, true]

  for (const url of [
    "ws://localhost/",
    "ws://dev.localhost/",
    "ws://127.0.0.1/",
    "http://192.168.1.7/",
    "ws://[::1]/",
    "ws://[::ffff:10.0.0.1]/"
  ]) {
    it.effect(`as ${url} says`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* reachesInternal, all)
      }).pipe(policy(url))
    )
  }

  it.effect("as the address that its name turned out to be on says", () =>
    Effect.gen(function* () {
      const { learnGlobalAddress } = yield* EndpointPolicy
      assert.deepStrictEqual(yield* reachesInternal, namesAndInternetOnly)
      learnGlobalAddress("10.1.2.3")
      assert.deepStrictEqual(yield* reachesInternal, all)
      learnGlobalAddress("::ffff:192.168.1.1")
      assert.deepStrictEqual(yield* reachesInternal, all)
    }).pipe(policy(publicName))
  )

  it.effect("and no more, once it is on the internet", () =>
    Effect.gen(function* () {
      const { learnGlobalAddress } = yield* EndpointPolicy
      learnGlobalAddress("10.1.2.3")
      learnGlobalAddress("8.8.8.8")
      assert.deepStrictEqual(yield* reachesInternal, namesAndInternetOnly)
    }).pipe(policy(publicName))
  )

  it.effect("what is no address teaches nothing", () =>
    Effect.gen(function* () {
      const { learnGlobalAddress } = yield* EndpointPolicy
      learnGlobalAddress("localhost")
      assert.deepStrictEqual(yield* reachesInternal, namesAndInternetOnly)
      learnGlobalAddress("10.1.2.3")
      learnGlobalAddress("")
      assert.deepStrictEqual(yield* reachesInternal, all)
    }).pipe(policy(publicName))
  )
})

describe("a team's URL may not fall from wss to ws (protocol row 2)", () => {
  it.effect("nor from https to http", () =>
    Effect.gen(function* () {
      for (const url of ["ws://global.example/", "http://global.example/", "ws://8.8.8.8/"]) {
        assert.include(yield* verdictOn(url), "wss to ws", url)
      }
      assert.isTrue(yield* admits("wss://team.example/"))
      assert.isTrue(yield* admits("https://team.example/"))
    }).pipe(policy("https://global.example/"))
  )

  it.effect("not even to a host that is allowed, or on an internal address", () =>
    Effect.gen(function* () {
      assert.include(yield* verdictOn("ws://team.example/"), "wss to ws")
      assert.isTrue(yield* admits("wss://team.example/"))
    }).pipe(policy("wss://localhost/", { allowHosts: ["team.example"] }))
  )

  it.effect("but may rise from ws to wss", () =>
    Effect.gen(function* () {
      assert.isTrue(yield* admits("wss://team.example/"))
      assert.isTrue(yield* admits("ws://team.example/"))
    }).pipe(policy(publicName))
  )
})

describe("a list of allowed hosts replaces the rule of addresses (protocol row 2, --allow-host)", () => {
  const only = (...allowHosts: ReadonlyArray<string>) => policy(publicName, { allowHosts })

  it.effect("what is not on it is refused, on the internet or not", () =>
    Effect.gen(function* () {
      for (const host of ["other.example", "8.8.8.8", "127.0.0.1", "global.example", "chat.example.evil.example"]) {
        assert.include(yield* verdictOn(`ws://${host}/hunter2`), `${host} is not an allowed host`)
        assert.notInclude(yield* verdictOn(`ws://${host}/hunter2`), "hunter2")
      }
    }).pipe(only("chat.example"))
  )

  it.effect("what is on it may be internal, by its address or by what its name resolves to", () =>
    Effect.gen(function* () {
      const { allowsAddress } = yield* EndpointPolicy
      assert.isTrue(yield* admits("ws://10.0.0.5:8080/"))
      assert.isTrue(yield* admits("ws://chat.internal/"))
      assert.isTrue(allowsAddress("10.0.0.9"))
    }).pipe(only("10.0.0.5", "chat.internal"))
  )

  it.effect("a host without a port is allowed on any, one with a port on that one only", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(
        yield* Effect.forEach(["ws://a.example/", "ws://a.example:8080/", "wss://a.example/"], admits),
        [true, true, true]
      )
      assert.deepStrictEqual(
        yield* Effect.forEach(
          ["ws://b.example:8080/", "ws://b.example/", "ws://b.example:808/", "ws://b.example:18080/"],
          admits
        ),
        [true, false, false, false]
      )
      // The default port is a port too.
      assert.deepStrictEqual(
        yield* Effect.forEach(["wss://c.example/", "ws://c.example/", "ws://c.example:443/"], admits),
        [true, false, true]
      )
    }).pipe(only("a.example", "b.example:8080", "c.example:443"))
  )

  it.effect("*.domain is every host below the domain, not the domain, and not what only ends like it", () =>
    Effect.gen(function* () {
      const urls = [
        "ws://a.chat.example/",
        "ws://a.b.chat.example:81/",
        "ws://chat.example/",
        "ws://evilchat.example/",
        "ws://chat.example.evil/"
      ]
      assert.deepStrictEqual(yield* Effect.forEach(urls, admits), [true, true, false, false, false])
      assert.deepStrictEqual(yield* Effect.forEach(["ws://x.d.example:90/", "ws://x.d.example:91/"], admits), [
        true,
        false
      ])
    }).pipe(only("*.chat.example", "*.d.example:90"))
  )

  it.effect("case, and a dot at the end, make no difference", () =>
    Effect.gen(function* () {
      assert.isTrue(yield* admits("ws://CHAT.Example./"))
      assert.isTrue(yield* admits("ws://chat.example/"))
    }).pipe(only("Chat.EXAMPLE"))
  )

  it.effect("an IPv6 address is listed in brackets", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(
        yield* Effect.forEach(
          ["ws://[::1]:7/", "ws://[fd00::1]:81/", "ws://[fd00::1]/", "ws://[0:0:0:0:0:0:0:1]/"],
          admits
        ),
        [true, true, false, true]
      )
    }).pipe(only("[::1]", "[fd00::1]:81"))
  )

  it.effect("what stands before an @, or after a backslash, is not the host", () =>
    Effect.gen(function* () {
      for (const url of [
        "ws://chat.example@evil.example/",
        "ws://chat.example:80@evil.example/",
        "ws://evil.example\\@chat.example/",
        "ws://evil.example#@chat.example",
        "ws://evil.example/chat.example",
        "ws://evil.example?chat.example"
      ]) {
        assert.include(yield* verdictOn(url), "evil.example is not an allowed host", url)
      }
    }).pipe(only("chat.example"))
  )

  it.effect("an empty list allows none", () =>
    Effect.gen(function* () {
      assert.isFalse(yield* admits("ws://global.example/"))
    }).pipe(only())
  )
})
