import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Logger } from "effect"
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

/** Addresses that are not public, as they stand in a URL, by kind. */
const special = [
  ["loopback", ["127.0.0.1", "127.0.0.2", "127.255.255.254", "[::1]", "localhost", "a.localhost"]],
  [
    "loopback",
    ["[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"]
  ],
  ["private", ["10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.255.255"]],
  ["private", ["[fc00::1]", "[fd12:3456:789a::1]", "[fdff:ffff::1]", "[fd00:ec1:ffff::1]", "[fd00:ec3::]"]],
  ["private", ["[::ffff:10.0.0.1]", "[64:ff9b::a00:1]", "[2002:a00:1::1]", "[2002:c0a8:1::1]"]],
  ["shared", ["100.64.0.1", "100.127.255.255", "100.100.100.199", "100.100.100.201", "[::ffff:100.64.0.1]"]],
  ["link-local", ["169.254.169.254", "169.254.170.2", "169.254.0.1", "[fe80::1]", "[febf::1]", "[fe80::a9fe:a9fe]"]],
  ["link-local", ["[::ffff:a9fe:a9fe]", "[64:ff9b::a9fe:a9fe]", "[2002:a9fe:a9fe::1]"]],
  ["metadata", ["168.63.129.16", "100.100.100.200", "192.0.0.192"]],
  ["metadata", ["[fd00:ec2::254]", "[fd00:ec2::23]", "[fd20:ce::254]", "[fd00:c1::a9fe:a9fe]", "[fd00:42::42]"]],
  ["metadata", ["[::ffff:168.63.129.16]", "[64:ff9b::a83f:8110]", "[2002:a83f:8110::]", "[::ffff:100.100.100.200]"]],
  ["documentation", ["192.0.2.1", "198.51.100.1", "203.0.113.255", "[2001:db8::1]", "[3fff::1]", "[3fff:fff::1]"]],
  ["documentation", ["[::ffff:192.0.2.1]", "[64:ff9b::203.0.113.1]"]],
  ["reserved", ["0.0.0.0", "0.1.2.3", "[::]", "[::ffff:0.0.0.0]"]],
  ["reserved", ["192.0.0.1", "192.88.99.1", "198.18.0.1", "198.19.255.255", "240.0.0.1", "255.255.255.255"]],
  ["reserved", ["224.0.0.1", "239.255.255.255", "[ff02::1]", "[fec0::1]", "[100::1]", "[5f00::1]", "[4000::1]"]],
  // IPv4-compatible, IPv4-translated, local NAT64, Teredo.
  ["reserved", ["[::127.0.0.1]", "[::10.0.0.1]", "[::ffff:0:127.0.0.1]", "[64:ff9b:1::1]"]],
  ["reserved", ["[2001:0:4136:e378:8000:63bf:f5ff:fffe]", "[2001:1ff::1]"]]
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
  "168.63.129.15",
  "168.63.129.17",
  "192.0.1.1",
  "192.0.3.1",
  "198.51.99.255",
  "198.51.101.0",
  "203.0.112.255",
  "203.0.114.0",
  "192.88.98.255",
  "[2001:200::1]",
  "[2001:db7:ffff::1]",
  "[2001:db9::1]",
  "[3ffe:ffff::1]",
  "[3fff:1000::1]",
  "[2606:4700:4700::1111]",
  "[2a00:1450:4001::200e]",
  "[::ffff:8.8.8.8]",
  "[64:ff9b::8.8.8.8]",
  "[2002:808:808::1]"
]

/** As a resolver gives it. */
const bare = (host: string) => host.replace(/^\[(.*)\]$/, "$1")

const resolved = (host: string) => Effect.map(EndpointPolicy, ({ allowsAddress }) => allowsAddress(bare(host)))
const isName = (host: string) => host.endsWith("localhost")

describe("from a Global connection on the internet, a team's URL may lead to the internet only (protocol row 2)", () => {
  it.effect.each(special)("not to a %s address, such as %o", ([kind, hosts]) =>
    Effect.gen(function* () {
      for (const host of hosts) {
        assert.include(yield* verdictOn(`ws://${host}/team`), `is a ${kind} address`, host)
        if (!isName(host)) assert.isFalse(yield* resolved(host), `resolved: ${host}`)
      }
    }).pipe(policy(publicName))
  )

  it.effect("but to any address on the internet", () =>
    Effect.gen(function* () {
      for (const host of external) {
        assert.strictEqual("admitted", yield* verdictOn(`ws://${host}/team`), host)
        assert.isTrue(yield* resolved(host), `resolved: ${host}`)
      }
    }).pipe(policy(publicName))
  )

  it.effect("in no spelling of an address", () =>
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
      for (const host of spellings) assert.include(yield* verdictOn(`ws://${host}/`), "is a loopback address", host)
      const metadata = [
        "2852039166",
        "0xa9fea9fe",
        "0xA9.0xFE.0xA9.0xFE",
        "025177524776",
        "0251.0376.0251.0376",
        "169.254.43518"
      ]
      for (const host of metadata) assert.include(yield* verdictOn(`ws://${host}/`), "is a link-local address", host)
      for (const host of ["2822734096", "0xa83f8110", "168.63.33040", "0250.077.0201.020"]) {
        assert.include(yield* verdictOn(`ws://${host}/`), "is a metadata address", host)
      }
      for (const host of ["0", "0x0", "00"])
        assert.include(yield* verdictOn(`ws://${host}/`), "is a reserved address", host)
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
        assert.include(yield* verdictOn(`ws://${host}/`), "is a loopback address", host)
      }
      for (const host of ["localhost.example", "mylocalhost", "localhost-1.example"]) {
        assert.strictEqual("admitted", yield* verdictOn(`ws://${host}/`), host)
      }
    }).pipe(policy(publicName))
  )

  it.effect("nor by a name that resolves elsewhere: the name is admitted, the address is not (DNS rebinding)", () =>
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

/** One address of each kind, as it stands in a URL. */
const samples = {
  public: "8.8.8.8",
  loopback: "127.0.0.1",
  private: "10.0.0.1",
  shared: "100.64.0.1",
  "link-local": "169.254.169.254",
  metadata: "168.63.129.16",
  documentation: "192.0.2.1",
  reserved: "0.0.0.0"
} as const

/** Kinds that a team may be reached at: by what its name resolves to, and by its URL. */
const reached = Effect.gen(function* () {
  const { allowsAddress } = yield* EndpointPolicy
  const kinds: Array<string> = []
  for (const [kind, address] of Object.entries(samples)) {
    const allowed = allowsAddress(address)
    assert.strictEqual(yield* admits(`ws://${address}/`), allowed, kind)
    if (allowed) kinds.push(kind)
  }
  return kinds
})

describe("a Global connection that is not on the internet opens its own kind of address", () => {
  for (const [url, kind] of [
    ["ws://localhost/", "loopback"],
    ["ws://dev.localhost/", "loopback"],
    ["ws://127.0.0.1/", "loopback"],
    ["ws://[::1]/", "loopback"],
    ["http://192.168.1.7/", "private"],
    ["ws://[::ffff:10.0.0.1]/", "private"],
    ["ws://[fd12::1]/", "private"],
    ["ws://100.64.1.1/", "shared"]
  ] as const) {
    it.effect(`${kind}, as ${url} says`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* reached, ["public", kind])
      }).pipe(policy(url))
    )
  }

  for (const url of [
    "ws://169.254.1.1/",
    "ws://[fe80::1]/",
    "ws://168.63.129.16/",
    "ws://192.0.2.1/",
    "ws://0.0.0.0/"
  ]) {
    it.effect(`but nothing if that is for something else, as ${url} is`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* reached, ["public"])
      }).pipe(policy(url))
    )
  }

  /** Teaches addresses, one after the other. Gives what is reached then, and what was logged. */
  const after = (...addresses: ReadonlyArray<string>) =>
    Effect.gen(function* () {
      const { learnGlobalAddress } = yield* EndpointPolicy
      const lines: Array<string> = []
      const logger = Logger.make<unknown, void>(({ logLevel, message }) => {
        lines.push(`${logLevel}: ${String(message)}`)
      })
      for (const address of addresses) yield* learnGlobalAddress(address).pipe(Effect.provide(Logger.layer([logger])))
      return { reached: yield* reached, lines }
    })

  it.effect("as the address that its name turned out to be on says, and the log", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* reached, ["public"])
      const { lines, reached: kinds } = yield* after("10.1.2.3", "::ffff:192.168.1.1", "fd12::1")
      assert.deepStrictEqual(kinds, ["public", "private"])
      assert.deepStrictEqual(lines, [
        "Info: Global is on a private address: team URLs may lead to private addresses too"
      ])
    }).pipe(policy(publicName))
  )

  it.effect("a name that begins to resolve to one opens nothing, and that is said once", () =>
    Effect.gen(function* () {
      const { lines, reached: kinds } = yield* after("8.8.8.8", "10.1.2.3", "10.1.2.4", "fe80::1%eth0", "127.0.0.1")
      assert.deepStrictEqual(kinds, ["public"])
      assert.deepStrictEqual(
        lines.map((line) => line.replace(/: team URLs.*/, "")),
        ["private", "link-local", "loopback"].map(
          (kind) => `Warn: Global is on a ${kind} address, and was on a public one at first`
        )
      )
    }).pipe(policy(publicName))
  )

  it.effect("one that leaves it opens it no more, until it is back", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* after("10.1.2.3", "8.8.8.8")).reached, ["public"])
      assert.deepStrictEqual((yield* after("127.0.0.1")).reached, ["public"])
      const { lines, reached: kinds } = yield* after("10.9.9.9")
      assert.deepStrictEqual(kinds, ["public", "private"])
      assert.deepStrictEqual(lines, ["Info: Global is on a private address again, as at first"])
    }).pipe(policy(publicName))
  )

  it.effect("what is no address teaches nothing", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* after("localhost", ""), { reached: ["public"], lines: [] })
      assert.deepStrictEqual((yield* after("10.1.2.3", "")).reached, ["public", "private"])
    }).pipe(policy(publicName))
  )

  it.effect("nor does any address teach a Global URL that has one itself", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* after("10.1.2.3"), { reached: ["public", "loopback"], lines: [] })
    }).pipe(policy("ws://localhost/"))
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

  it.effect("what its name resolves to may not be link-local, metadata, documentation or reserved", () =>
    Effect.gen(function* () {
      for (const [kind, hosts] of special) {
        const mayBe = kind === "loopback" || kind === "private" || kind === "shared"
        for (const host of hosts) if (!isName(host)) assert.strictEqual(yield* resolved(host), mayBe, host)
      }
    }).pipe(only("chat.internal"))
  )

  it.effect("unless the list names that very address", () =>
    Effect.gen(function* () {
      for (const host of ["169.254.169.254", "[fd00:ec2::254]", "192.0.2.1"]) {
        assert.isTrue(yield* admits(`ws://${host}:80/`), host)
        assert.isTrue(yield* resolved(host), host)
      }
      assert.isFalse(yield* admits("ws://169.254.169.253/"))
      assert.isFalse(yield* resolved("169.254.169.253"))
    }).pipe(only("169.254.169.254", "[fd00:ec2::254]:80", "192.0.2.1"))
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
