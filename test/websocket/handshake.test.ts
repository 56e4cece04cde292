import { createRequire } from "node:module"
import { assert, describe, it } from "@effect/vitest"
import { Redacted, Result, Schema } from "effect"
import { DialError, HandshakeFault } from "../../src/services/DialError.ts"
import { ClientHandshake } from "../../src/websocket/ClientHandshake.ts"
import { acceptValueOf, checkResponse, makeKey, upgradeRequest } from "../../src/websocket/handshake.ts"
import { Endpoint } from "../../src/wire/Endpoint.ts"
import { cutUp } from "./peer.ts"

/** As the package has it. */
const { version: packageVersion }: { readonly version: string } = createRequire(import.meta.url)("../../package.json")

const isOneOf = (texts: ReadonlyArray<string>, text: string) => texts.includes(text)

const endpointOf = (url: string) => Result.getOrThrow(Endpoint.parse(url))

const requestOf = (url: string, headers: Record<string, string> = {}) => {
  const redacted = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Redacted.make(value)]))
  const request = upgradeRequest({ endpoint: endpointOf(url), headers: redacted }, "key")
  assert.isTrue(request.endsWith("\r\n\r\n"))
  const [line, ...fields] = request.slice(0, -4).split("\r\n")
  return { line, fields }
}

describe("a request", () => {
  it("asks for a WebSocket of version 13 (RFC 6455 section 4.1)", () => {
    assert.deepStrictEqual(requestOf("ws://chat.example:81/a/path?token=1&b=%20"), {
      line: "GET /a/path?token=1&b=%20 HTTP/1.1",
      fields: [
        "Host: chat.example:81",
        `User-Agent: botswain/${packageVersion}`,
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: key",
        "Sec-WebSocket-Version: 13"
      ]
    })
  })

  it("names no port that the scheme implies, and any address as a URL has it (RFC 9112 section 3.2)", () => {
    for (const [url, host] of [
      ["ws://chat.example", "chat.example"],
      ["ws://chat.example:80", "chat.example"],
      ["wss://chat.example:443/", "chat.example"],
      ["ws://chat.example:443/", "chat.example:443"],
      ["http://chat.example:80/", "chat.example"],
      ["https://chat.example:8443", "chat.example:8443"],
      ["ws://[::1]:81/", "[::1]:81"],
      ["ws://CHAT.example", "chat.example"],
      ["ws://bücher.example/", "xn--bcher-kva.example"]
    ] as const) {
      assert.include(requestOf(url).fields, `Host: ${host}`, url)
    }
  })

  it("has a path, and everything in it escaped", () => {
    assert.strictEqual(requestOf("ws://chat.example").line, "GET / HTTP/1.1")
    assert.strictEqual(requestOf("ws://chat.example?a b@c").line, "GET /?a%20b@c HTTP/1.1")
    assert.strictEqual(requestOf("ws://u:p@chat.example/@ü\r\n/#secret").line, "GET /@%C3%BC/ HTTP/1.1")
  })

  it("sends the dial's headers, which may name another host and another client", () => {
    const own = { Host: "other.example", "X-Fleet": "one", "user-agent": "mine" }
    const { fields } = requestOf("ws://chat.example", own)
    assert.deepStrictEqual(fields.slice(0, 3), ["Host: other.example", "X-Fleet: one", "user-agent: mine"])
    for (const name of ["host:", "user-agent:"]) {
      assert.lengthOf(
        fields.filter((field) => field.toLowerCase().startsWith(name)),
        1
      )
    }
  })

  it("keeps the headers that make it a handshake", () => {
    const mine = { connection: "close", Upgrade: "h2c", "SEC-WEBSOCKET-KEY": "x", "sec-websocket-version": "8" }
    assert.deepStrictEqual(requestOf("ws://chat.example", mine), requestOf("ws://chat.example"))
  })

  it("sends the URL's name and password (RFC 7617), unless there is an Authorization already", () => {
    const basic = (text: string) => `Authorization: Basic ${Buffer.from(text).toString("base64")}`
    assert.include(requestOf("ws://aladdin:open%20sesame@chat.example").fields, basic("aladdin:open sesame"))
    assert.include(requestOf("ws://aladdin@chat.example").fields, basic("aladdin:"))
    assert.include(requestOf("ws://:se%3Asame%ff@chat.example").fields, basic(":se:same\ufffd"))
    assert.include(requestOf("ws://a:b:c@d@chat.example").fields, basic("a:b:c@d"))
    const own = requestOf("ws://aladdin@chat.example", { AUTHORIZATION: "Bearer x" }).fields
    assert.lengthOf(
      own.filter((field) => /^authorization:/i.test(field)),
      1
    )
  })

  it("throws on headers that cannot be sent", () => {
    for (const [name, value] of [
      ["X Fleet", "one"],
      ["X-Fleet:", "one"],
      ["", "one"],
      ["X-Fleet", "one\r\nEvil: yes"],
      ["X-Fleet", "one\0"],
      ["X-Fleet", "☸"]
    ] as const) {
      assert.throws(() => requestOf("ws://chat.example", { [name]: value }))
    }
  })

  it("has a key of 16 bytes, a new one each time (RFC 6455 section 4.1)", () => {
    const keys = new Set(Array.from({ length: 2000 }, makeKey))
    assert.strictEqual(keys.size, 2000)
    for (const key of keys) assert.strictEqual(Buffer.from(key, "base64").toString("base64"), key)
    assert.strictEqual(Buffer.from(makeKey(), "base64").length, 16)
  })
})

const key = "dGhlIHNhbXBsZSBub25jZQ=="
const accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
const fields = ["Upgrade: websocket", "Connection: Upgrade", `Sec-WebSocket-Accept: ${accept}`]
const answer = (line: string, ...more: ReadonlyArray<string>) => checkResponse([line, ...more].join("\r\n"), key)
const switching = "HTTP/1.1 101 Switching Protocols"

describe("a response", () => {
  it("proves that the key was read, as RFC 6455 section 1.3 has it", () => {
    assert.strictEqual(acceptValueOf(key), accept)
    assert.strictEqual(answer(switching, ...fields), "open")
  })

  it("may be written in any case, spacing and order, with other fields", () => {
    assert.strictEqual(
      answer(
        "HTTP/1.1 101",
        `sec-websocket-ACCEPT:${accept}  `,
        "Date:",
        "Server: \xe9\t",
        "CONNECTION:\tkeep-alive , UPGRADE",
        "Connection: x",
        "upgrade: WebSocket",
        "Content-Length: 5"
      ),
      "open"
    )
  })

  it("that refuses a busy client tells for how long, by its first such field", () => {
    assert.deepStrictEqual(
      answer("HTTP/1.1 429", "retry-AFTER: 2 ", "Retry-After: 3"),
      new DialError({ reason: "refused", detail: "HTTP status 429", retryAfter: 2_000 })
    )
  })

  for (const [fault, ...head] of [
    ["statusLine", "ICY 200 OK"],
    ["field", switching, ...fields, "Server"],
    ["upgrade", switching, "Upgrade: h2c", fields[1]!, fields[2]!],
    ["accept", switching, fields[0]!, fields[1]!, "Sec-WebSocket-Accept: x"],
    ["extension", switching, ...fields, "Sec-WebSocket-Extensions: permessage-deflate"],
    ["subprotocol", switching, ...fields, "Sec-WebSocket-Protocol: chat"]
  ] as const) {
    it(`that is no handshake tells what is wrong: ${HandshakeFault[fault]}`, () => {
      assert.deepInclude(answer(head[0], ...head.slice(1)), { reason: "protocol", detail: HandshakeFault[fault] })
    })
  }

  for (const [what, ...head] of [
    ["lacks Upgrade", switching, fields[1]!, fields[2]!],
    ["lacks Connection", switching, fields[0]!, fields[2]!],
    ["lacks the proof", switching, fields[0]!, fields[1]!],
    ["switches to another protocol", switching, "Upgrade: h2c", fields[1]!, fields[2]!],
    ["switches to two", switching, "Upgrade: websocket, h2c", fields[1]!, fields[2]!],
    ["switches twice", switching, ...fields, "Upgrade: websocket"],
    ["proves twice", switching, ...fields, fields[2]!],
    ["closes", switching, fields[0]!, "Connection: close", fields[2]!],
    ["proves another key", switching, fields[0]!, fields[1]!, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo"],
    [
      "has the proof in another case",
      switching,
      fields[0]!,
      fields[1]!,
      `Sec-WebSocket-Accept: ${accept.toLowerCase()}`
    ],
    ["has a no-break space before a token", switching, fields[0]!, "Connection: \xa0Upgrade", fields[2]!],
    ["has a no-break space behind the proof", switching, fields[0]!, fields[1]!, `${fields[2]}\xa0`],
    ["has a no-break space behind a protocol", switching, `${fields[0]}\xa0`, fields[1]!, fields[2]!],
    ["has an extension", switching, ...fields, "Sec-WebSocket-Extensions: permessage-deflate"],
    ["has an empty extension", switching, ...fields, "Sec-WebSocket-Extensions:"],
    ["has a subprotocol", switching, ...fields, "Sec-WebSocket-Protocol: chat"],
    ["is of HTTP/1.0", "HTTP/1.0 101 Switching Protocols", ...fields],
    ["is of HTTP/2", "HTTP/2 101 Switching Protocols", ...fields],
    ["is of no HTTP", "ICY 200 OK", ...fields],
    ["has no status", "HTTP/1.1", ...fields],
    ["has a status of two digits", "HTTP/1.1 99 Low", ...fields],
    ["has a status of four digits", "HTTP/1.1 1010 High", ...fields],
    ["has a folded line", switching, ...fields, " folded"],
    ["has space before a colon", switching, ...fields, "Server : x"],
    ["has a line without a colon", switching, ...fields, "Server"],
    ["has a line without a name", switching, ...fields, ": x"],
    ["has a bare LF", switching, ...fields, "Server: x\nUpgrade: x"],
    ["has a bare CR", switching, ...fields, "Server: x\rUpgrade: x"],
    ["has a NUL", switching, ...fields, "Server: \0"],
    ["has an empty line", switching, "", ...fields],
    ["is malformed behind its status", "HTTP/1.1 503 Busy", "no field"]
  ] as const) {
    it(`that ${what} is no handshake`, () => {
      assert.deepInclude(answer(head[0], ...head.slice(1)), { _tag: "DialError", reason: "protocol" })
    })
  }

  it("is read once, however much space there is in it: no pattern tries all ways to part spaces", () => {
    const spaces = " ".repeat(16_000)
    for (const [line, verdict] of [
      [`X:${spaces}\0`, HandshakeFault.field],
      [`X: a${spaces}b`, "open"],
      [`Connection: a${spaces}b`, "open"],
      [`Connection: ${",".repeat(16_000)}`, "open"]
    ] as const) {
      // With such a pattern a line takes 200 ms, and so this test more time than it has.
      for (let n = 0; n < 100; n++) {
        const read = answer(switching, ...fields, line)
        assert.strictEqual(read instanceof DialError ? read.detail : read, verdict)
      }
    }
  })

  it("with another status is a refusal, which does not quote it", () => {
    for (const status of [200, 204, 302, 401, 426, 503, 999]) {
      const refusal = answer(`HTTP/1.1 ${status} hunter2`, "Location: ws://hunter2/")
      assert.deepInclude(refusal, { reason: "refused", detail: `HTTP status ${status}` })
    }
    assert.deepInclude(answer("HTTP/1.0 503 Service Unavailable"), { reason: "refused", detail: "HTTP status 503" })
  })

  it("may be an interim one (RFC 9110 section 15.2)", () => {
    for (const status of [100, 102, 103]) assert.strictEqual(answer(`HTTP/1.1 ${status} Wait`), "interim")
  })
})

describe("a client handshake", () => {
  const request = { endpoint: endpointOf("ws://chat.example"), allowsAddress: () => true }

  /** What comes of the reads, and where in all of the bytes the frames begin. */
  const open = (reply: (key: string) => string, cuts: ReadonlyArray<number> = []) => {
    const handshake = new ClientHandshake(request)
    const sent = handshake.takeRequest()
    assert.strictEqual(handshake.takeRequest(), "", "it is not kept")
    const bytes = Buffer.from(reply(/Key: (.*)\r\n/.exec(sent)![1]!), "latin1")
    let before = 0
    for (const read of cutUp(bytes, cuts)) {
      const buffer = Buffer.concat([Buffer.alloc(7), read])
      const outcome = handshake.read(buffer, 7, buffer.length)
      if (outcome instanceof DialError) return outcome.detail
      if (outcome !== undefined) return bytes.toString("latin1", before + outcome - 7)
      before += read.length
    }
    return "unfinished"
  }

  const opened = (key: string) =>
    `${switching}\r\n${fields[0]}\r\n${fields[1]}\r\nSec-WebSocket-Accept: ${acceptValueOf(key)}\r\n\r\n`

  it.prop(
    "finds the frames behind the answer, however it is cut into reads",
    [
      Schema.Literals(["", "\x81\x01x", "x".repeat(20_000)]),
      Schema.Literals(["", "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"]),
      Schema.Array(Schema.Int).check(Schema.isMaxLength(20))
    ],
    ([behind, before, cuts]) => {
      assert.strictEqual(
        open((key) => before + opened(key) + behind, cuts),
        behind
      )
    },
    { arbitrary: { runs: 300, seed: 1 } }
  )

  it.prop(
    "has an outcome, and throws nothing, whatever comes",
    [Schema.Uint8Array, Schema.Array(Schema.Int)],
    ([bytes, cuts]) => {
      const text = Buffer.from(bytes).toString("latin1")
      for (const begin of ["", "HTTP/1.1 ", `${switching}\r\n`]) {
        const faults = Object.values(HandshakeFault)
        const outcome = open(() => `${begin}${text}\r\n\r\n`, cuts)
        assert.isTrue(
          outcome === "unfinished" || /^HTTP status \d{3}$/.test(outcome) || isOneOf(faults, outcome),
          outcome
        )
      }
    },
    { arbitrary: { runs: 300, seed: 1 } }
  )

  it("knows another protocol by its first bytes", () => {
    for (const banner of ["SSH-2.0-OpenSSH\r\n", "220 mail", "\x16\x03\x01", "HTTP/2", "\r\n"]) {
      assert.strictEqual(
        open(() => banner),
        HandshakeFault.http
      )
    }
    assert.strictEqual(
      open(() => "HTTP/1"),
      "unfinished"
    )
  })

  it("reads 16 KiB, interim answers among them, and no more", () => {
    const padded = (size: number) => (key: string) => {
      const whole = opened(key)
      return whole.replace("\r\n", `\r\nX: ${"x".repeat(size - whole.length - 5)}\r\n`)
    }
    assert.strictEqual(open(padded(16_384)), "")
    assert.strictEqual(open(padded(16_385)), HandshakeFault.size)
    assert.strictEqual(open(padded(16_385), [100, 16_000, 16_384]), HandshakeFault.size)
    const interim = "HTTP/1.1 103 Early Hints\r\n\r\n"
    assert.strictEqual(
      open((key) => interim.repeat(500) + opened(key)),
      ""
    )
    assert.strictEqual(
      open((key) => interim.repeat(600) + opened(key)),
      HandshakeFault.size
    )
    assert.strictEqual(
      open(() => interim.repeat(600), [5000]),
      HandshakeFault.size
    )
  })

  it("is over at the first line that is malformed, since such a head may never end", () => {
    for (const [head, fault] of [
      ["HTTP/1.1 1010 High\r\n", HandshakeFault.statusLine],
      [`${switching}\r\nServer : x\r\n`, HandshakeFault.field],
      ["HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 OK\r\n", HandshakeFault.statusLine]
    ] as const) {
      for (const cuts of [[], Array.from({ length: head.length }, (_, at) => at)]) {
        assert.strictEqual(
          open(() => head, cuts),
          fault
        )
      }
    }
  })

  it("is over at a line that ends with LF alone, since such a head never ends (RFC 9112 section 2.2)", () => {
    for (const head of [
      "HTTP/1.1 503 Busy\nContent-Length: 0\n\n",
      `${switching}\r\nServer: x\n`,
      "HTTP/1.1 200 OK\n"
    ]) {
      for (const cuts of [[], [16, 17, 18, 19], Array.from({ length: head.length }, (_, at) => at)]) {
        assert.strictEqual(
          open(() => head, cuts),
          HandshakeFault.lineEnd
        )
      }
    }
    assert.strictEqual(
      open((key) => `${opened(key)}\x81\x01\n`),
      "\x81\x01\n",
      "frames may have any bytes"
    )
  })
})
