import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { encodeControl, encodeText, Opcode } from "../../src/websocket/frame.ts"
import { compareReads } from "../fuzz/frames.ts"
import { frame, Receiver } from "./peer.ts"

describe("the same is heard as by ws (test/fuzz has the rest)", () => {
  it("of every first two bytes that a frame can have", () => {
    for (let first = 0; first < 256; first++) {
      for (let second = 0; second < 256; second++) {
        for (const before of [Buffer.alloc(0), frame(1, "half", false)]) {
          const reads = [before, Buffer.from([first, second]), Buffer.alloc(140)]
          const { ours, theirs } = compareReads(reads)
          assert.deepStrictEqual(ours, theirs)
        }
      }
    }
  })

  it("of every close code", () => {
    for (let code = 0; code < 65_536; code++) {
      const reads = [Buffer.from([0x88, 2, code >> 8, code & 0xff])]
      const { ours, theirs } = compareReads(reads)
      assert.deepStrictEqual(ours, theirs)
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
