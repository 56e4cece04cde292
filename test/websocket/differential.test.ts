import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { encodeControl, encodeText, Opcode } from "../../src/websocket/frame.ts"
import { limits, bytesOf, cutUp, frame, hear, hearAsWs, Piece, Receiver } from "./peer.ts"

const arbitrary = { runs: 1000, seed: 1 }

const Cuts = Schema.Array(Schema.Int).check(Schema.isMaxLength(12))

/** Cuts near the ends of headers, where most of the parser's branches are. */
const Near = Schema.Array(Schema.Literals([0, 1, 2, 3, 4, 5, 9, 10, 11, 127, 130])).check(Schema.isMaxLength(6))

const assertSame = (bytes: Buffer, cuts: ReadonlyArray<number>) => {
  const reads = cutUp(bytes, cuts)
  const { broken, heard } = hear(reads)
  // A message with a fragment too many is refused before the fragment's payload has come; `ws` waits for that.
  const more = broken === "message-fragments" ? [Buffer.alloc(limits.maxFrame)] : []
  assert.deepStrictEqual(heard, hearAsWs([...reads, ...more]))
}

describe("the same is heard as by ws", () => {
  it.prop(
    "whatever the server sends, and however it is cut into reads",
    [Schema.Array(Piece).check(Schema.isMinLength(1), Schema.isMaxLength(6)), Cuts, Near],
    ([pieces, cuts, near]) => {
      const parts = pieces.map(bytesOf)
      let at = 0
      const begins = parts.map((part) => (at += part.length))
      assertSame(Buffer.concat(parts), [...cuts, ...near, ...begins.flatMap((begin) => near.map((cut) => begin + cut))])
    },
    { arbitrary }
  )

  it.prop(
    "with a bit that is wrong",
    [Schema.Array(Piece).check(Schema.isMinLength(1), Schema.isMaxLength(3)), Cuts, Schema.Int, Schema.Int],
    ([pieces, cuts, place, bit]) => {
      const bytes = Buffer.concat(pieces.map(bytesOf))
      if (bytes.length === 0) return
      // Among the first bytes, so that it is mostly a header's.
      bytes[Math.abs(place) % Math.min(bytes.length, 16)]! ^= 1 << (Math.abs(bit) % 8)
      assertSame(bytes, cuts)
    },
    { arbitrary }
  )

  it.prop("of any bytes at all", [Schema.Uint8Array, Cuts], ([bytes, cuts]) => assertSame(Buffer.from(bytes), cuts), {
    arbitrary
  })

  it("of every first two bytes that a frame can have", () => {
    for (let first = 0; first < 256; first++) {
      for (let second = 0; second < 256; second++) {
        for (const before of [Buffer.alloc(0), frame(1, "half", false)]) {
          const reads = [before, Buffer.from([first, second]), Buffer.alloc(140)]
          assert.deepStrictEqual(hear(reads).heard, hearAsWs(reads))
        }
      }
    }
  })

  it("of every close code", () => {
    for (let code = 0; code < 65_536; code++) {
      const reads = [Buffer.from([0x88, 2, code >> 8, code & 0xff])]
      assert.deepStrictEqual(hear(reads).heard, hearAsWs(reads))
    }
  })
})

describe("ws hears what is sent", () => {
  const heardByServer = (sent: Buffer) => {
    const heard: Array<string> = []
    const receiver = new Receiver({ isServer: true })
    receiver.on("message", (data: Buffer, isBinary: boolean) => void heard.push(`${isBinary} ${data.toString()}`))
    receiver.on("ping", (data: Buffer) => void heard.push(`ping ${data.toString()}`))
    receiver.on("pong", (data: Buffer) => void heard.push(`pong ${data.toString()}`))
    receiver.on("conclude", (code: number, reason: Buffer) => void heard.push(`close ${code} ${reason.toString()}`))
    receiver.on("error", (error: Error) => void heard.push(error.message))
    receiver.write(sent)
    return heard
  }

  it.prop(
    "of any text",
    [Schema.Array(Schema.String)],
    ([texts]) =>
      assert.deepStrictEqual(
        heardByServer(Buffer.concat(texts.map(encodeText))),
        texts.map((text) => `false ${text.toWellFormed()}`)
      ),
    { arbitrary: { runs: 500, seed: 1 } }
  )

  it("of texts at each border of the length field (RFC 6455 section 5.2)", () => {
    for (const size of [0, 1, 2, 3, 4, 5, 124, 125, 126, 127, 65_534, 65_535, 65_536, 65_537, 1 << 20]) {
      for (const character of ["x", "ü", "☸"]) {
        const text = character.repeat(size)
        assert.deepStrictEqual(heardByServer(encodeText(text)), [`false ${text}`])
      }
    }
  })

  it("of control frames", () => {
    for (const size of [0, 1, 2, 3, 4, 125]) {
      const payload = Buffer.alloc(size, "p")
      assert.deepStrictEqual(heardByServer(encodeControl(Opcode.ping, payload)), [`ping ${payload.toString()}`])
      assert.deepStrictEqual(heardByServer(encodeControl(Opcode.pong, payload)), [`pong ${payload.toString()}`])
    }
    assert.deepStrictEqual(heardByServer(encodeControl(Opcode.close, Buffer.from("\u0003\u00e8bye", "latin1"))), [
      "close 1000 bye"
    ])
  })
})
