import { assert, describe, it } from "@effect/vitest"
import type { PartialMessage } from "../../src/websocket/PartialMessage.ts"
import { Draw } from "../fuzz/Draw.ts"
import { readsOf, streamOf } from "../fuzz/Stream.ts"
import { closeFrame, cutUp, frame, hear, hearOne, limits } from "./peer.ts"

const heardOf = (...frames: ReadonlyArray<Buffer>) => hear([Buffer.concat(frames)]).heard

/** A header, as its bytes, and so many bytes of payload. */
const raw = (header: ReadonlyArray<number>, payload = 0) => Buffer.concat([Buffer.from(header), Buffer.alloc(payload)])

const masked = raw([0x81, 0x81, 0, 0, 0, 0], 1)

describe("a data frame", () => {
  it("is a message (RFC 6455 section 5.6), and a binary one is read as UTF-8, valid or not", () => {
    assert.deepStrictEqual(heardOf(frame(1, "grüße ☸"), frame(2, "grüße ☸"), frame(2, Buffer.from([0xff, 0x41]))), [
      "message grüße ☸",
      "message grüße ☸",
      "message \ufffdA"
    ])
  })

  it("has its length in 7, 16 or 64 bits, in as many as it likes (section 5.2)", () => {
    for (const size of [0, 1, 125, 126, 65_535, 65_536]) {
      assert.deepStrictEqual(heardOf(frame(1, "x".repeat(size))), [`message ${"x".repeat(size)}`])
    }
    assert.deepStrictEqual(heardOf(raw([0x81, 126, 0, 1, 0x41]), raw([0x81, 127, 0, 0, 0, 0, 0, 0, 0, 1, 0x42])), [
      "message A",
      "message B"
    ])
  })

  it("over the limit is refused for its header alone (section 7.4.1)", () => {
    const over = limits.maxFrame + 1
    assert.deepStrictEqual(heardOf(raw([0x82, 127, 0, 0, 0, 0, 0, over >> 16, (over >> 8) & 0xff, over & 0xff])), [
      "violation 1009"
    ])
    assert.deepStrictEqual(heardOf(raw([0x82, 127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])), [
      "violation 1009"
    ])
  })

  it("that is not valid UTF-8 is refused, U+FFFD itself is not (section 8.1)", () => {
    for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x41, 0xe2, 0x98]]) {
      assert.deepStrictEqual(heardOf(frame(1, Buffer.from(bytes))), ["violation 1007"])
    }
    assert.deepStrictEqual(heardOf(frame(1, "a \ufffd")), ["message a \ufffd"])
  })

  it("must not be masked (section 5.1), reserved (5.2) or of an unknown opcode (5.2)", () => {
    for (const bytes of [masked, raw([0xc1, 0]), raw([0xa1, 0]), raw([0x91, 0]), raw([0x83, 0]), raw([0x87, 0])]) {
      assert.deepStrictEqual(heardOf(bytes), ["violation 1002"])
    }
  })
})

describe("a fragmented message", () => {
  it("is the sum of its frames, with control frames between them (RFC 6455 section 5.4)", () => {
    assert.deepStrictEqual(
      heardOf(frame(1, "grü", false), frame(9, "p"), frame(0, "", false), frame(10), frame(0, "ße"), frame(1, "next")),
      ["ping 70", "pong", "message grüße", "message next"]
    )
  })

  it("may cut a character in two (section 5.6)", () => {
    const [first, second] = [Buffer.from("☸").subarray(0, 2), Buffer.from("☸").subarray(2)]
    assert.deepStrictEqual(heardOf(frame(1, first, false), frame(0, second)), ["message ☸"])
    assert.deepStrictEqual(heardOf(frame(1, first, false), frame(0)), ["violation 1007"])
  })

  it("has at most 64 frames", () => {
    const more = (count: number) => Array.from({ length: count }, () => frame(0, "x", false))
    assert.deepStrictEqual(heardOf(frame(1, "x", false), ...more(62), frame(0, "x")), [`message ${"x".repeat(64)}`])
    assert.deepStrictEqual(heardOf(frame(1, "x", false), ...more(63), frame(0, "x")), ["violation 1009"])
  })

  it("is limited as a whole", () => {
    const half = "x".repeat(limits.maxFrame / 2)
    assert.deepStrictEqual(heardOf(frame(1, half, false), frame(0, half)), [`message ${half}${half}`])
    assert.deepStrictEqual(heardOf(frame(1, half, false), frame(0, "", false), frame(0, `${half}x`)), [
      "violation 1009"
    ])
  })

  it("is begun once, and begun before it goes on (section 5.4)", () => {
    assert.deepStrictEqual(heardOf(frame(0, "x")), ["violation 1002"])
    assert.deepStrictEqual(heardOf(frame(1, "x", false), frame(1, "x")), ["violation 1002"])
    assert.deepStrictEqual(heardOf(frame(1, "x", false), frame(2, "x", false)), ["violation 1002"])
    assert.deepStrictEqual(heardOf(frame(1, "x"), frame(0, "x")), ["message x", "violation 1002"])
  })
})

describe("a control frame", () => {
  it("is whole, and has at most 125 bytes (RFC 6455 section 5.5)", () => {
    assert.deepStrictEqual(heardOf(frame(9, "x".repeat(125))), [`ping ${"78".repeat(125)}`])
    for (const opcode of [8, 9, 10]) {
      assert.deepStrictEqual(heardOf(frame(opcode, "", false)), ["violation 1002"])
      assert.deepStrictEqual(heardOf(frame(opcode, "x".repeat(126))), ["violation 1002"])
    }
    assert.deepStrictEqual(heardOf(frame(11)), ["violation 1002"])
  })

  it("that closes has no payload, or a code and a reason in UTF-8 (sections 5.5.1 and 7.4)", () => {
    assert.deepStrictEqual(heardOf(frame(8)), ["close 1005 "])
    for (const code of [1000, 1003, 1007, 1014, 3000, 4999]) {
      assert.deepStrictEqual(heardOf(closeFrame(code, "é")), [`close ${code} c3a9`])
    }
    for (const code of [0, 999, 1004, 1005, 1006, 1015, 2999, 5000]) {
      assert.deepStrictEqual(heardOf(closeFrame(code)), ["violation 1002"])
    }
    assert.deepStrictEqual(heardOf(frame(8, "x")), ["violation 1002"])
    assert.deepStrictEqual(heardOf(closeFrame(1000, Buffer.from([0xff]))), ["violation 1007"])
  })

  it("that closes is the last one (section 5.5.1)", () => {
    assert.deepStrictEqual(heardOf(closeFrame(1000), frame(1, "late"), masked), ["close 1000 "])
  })
})

describe("a rule that is broken", () => {
  for (const [rule, bytes] of [
    ["mask", masked],
    ["reserved-bits", raw([0xc1, 0])],
    ["opcode", raw([0x83, 0])],
    ["opcode", raw([0x8b, 0])],
    ["fragmentation", frame(0, "x")],
    ["control-frame", frame(9, "", false)],
    ["control-frame", frame(9, "x".repeat(126))],
    ["close-frame", closeFrame(999)],
    ["close-frame", frame(8, "x")],
    ["utf-8", frame(1, Buffer.from([0xff]))],
    ["utf-8", closeFrame(1000, Buffer.from([0xff]))],
    ["message-size", frame(1, "x".repeat(limits.maxFrame + 1))],
    [
      "message-fragments",
      Buffer.concat([frame(1, "", false), ...Array.from({ length: 64 }, () => frame(0, "", false))])
    ]
  ] as const) {
    it(`is named: ${rule} for ${bytes.subarray(0, 4).toString("hex")}`, () => {
      assert.strictEqual(hear([bytes]).broken, rule)
    })
  }
})

describe("however the bytes are cut into reads", () => {
  it("the frames are the same, and the rule that is broken", () => {
    for (let seed = 1; seed <= 1000; seed++) {
      const draw = new Draw(seed)
      const stream = streamOf(draw)
      const cuts = [...stream.cuts, ...draw.list(30, () => draw.below(1 << 30))]
      const [cut, whole] = [hear(readsOf({ ...stream, cuts })), hear([Buffer.concat(stream.pieces)])]
      assert.deepStrictEqual([cut.heard, cut.broken], [whole.heard, whole.broken], `seed ${seed}`)
    }
  })

  it("even byte by byte", () => {
    const bytes = Buffer.concat([
      frame(1, "x".repeat(300), false),
      frame(9, "ping"),
      frame(0, "y".repeat(66_000)),
      frame(10),
      frame(2, "z"),
      closeFrame(4000, "done")
    ])
    const each = Array.from({ length: bytes.length }, (_, at) => at)
    assert.deepStrictEqual(hear(cutUp(bytes, each)).heard, hear([bytes]).heard)
  })

  it("nothing is left of a read that ends with a frame", () => {
    const bytes = Buffer.concat([frame(1, "one"), frame(9), frame(1, "two", false), frame(0, "three")])
    assert.isUndefined(hear([bytes]).partial)
    assert.isUndefined(hear(cutUp(bytes, [1, 2, 3, 9, 12])).partial)
  })

  it("no more is held than what has come, twice over, and never for what is only announced", () => {
    const header = Buffer.from([0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0])
    assert.strictEqual(hear([header]).partial?.payload.length, 0)
    assert.isAtMost(hear([header, Buffer.alloc(10_000)]).partial!.payload.length, 20_000)
    assert.strictEqual(hear([header, Buffer.alloc(40_000)]).partial!.payload.length, 65_536)
  })

  it("of a fragmented message too, which may become as large as the limit", () => {
    const piece = (size: number, isLast = false) => frame(0, "x".repeat(size), isLast)
    const begin = frame(1, "x".repeat(10_000), false)
    assert.isAtMost(hear([begin]).partial!.payload.length, 20_000)
    const half = hear([begin, ...Array.from({ length: 25 }, () => piece(1000))]).partial!
    assert.isAtMost(half.payload.length, 70_000)
    assert.strictEqual(half.length, 35_000)
  })

  it("a rest that grows is the same one until its frame is whole, so that it can be told how old it is", () => {
    const first = hear([frame(1, "one"), Buffer.from([0x81])]).partial
    const parts = new Set<PartialMessage | undefined>([first])
    let partial = first
    for (const byte of [126, 1, 0, 0x78, 0x78]) {
      partial = hearOne(Buffer.from([byte]), partial)
      parts.add(partial)
    }
    assert.strictEqual(parts.size, 1)
    assert.notStrictEqual(hearOne(Buffer.concat([Buffer.alloc(254, "x"), Buffer.from([0x81])]), partial), first)
  })

  it("nothing is told once nobody wants to hear it", () => {
    const bytes = Buffer.concat([frame(1, "one"), frame(1, "two", false), frame(0, "two"), frame(9), frame(1, "three")])
    const { heard } = hear([bytes])
    for (let n = 1; n <= heard.length; n++) {
      assert.deepStrictEqual(hear([bytes], n).heard, heard.slice(0, n))
      assert.deepStrictEqual(hear(cutUp(bytes, [6]), n).heard, heard.slice(0, n))
    }
  })
})
