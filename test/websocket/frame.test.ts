import { assert, it } from "@effect/vitest"
import { encodeClose, encodeControl, encodePing, encodeText, Opcode } from "../../src/websocket/frame.ts"

const unmasked = (frame: Buffer, header: number) =>
  Buffer.from(frame.subarray(header).map((byte, n) => byte ^ frame[header - 4 + (n % 4)]!))

it("a text is one frame, final and masked, its length in the shortest form (RFC 6455 section 5.2)", () => {
  for (const [size, header] of [
    [0, [0x81, 0x80]],
    [125, [0x81, 0xfd]],
    [126, [0x81, 0xfe, 0, 126]],
    [65_535, [0x81, 0xfe, 0xff, 0xff]],
    [65_536, [0x81, 0xff, 0, 0, 0, 0, 0, 1, 0, 0]]
  ] as const) {
    const frame = encodeText("x".repeat(size))
    assert.deepStrictEqual([...frame.subarray(0, header.length)], [...header])
    assert.strictEqual(unmasked(frame, header.length + 4).toString(), "x".repeat(size))
  }
})

it("half a surrogate pair is sent as U+FFFD, so that what is sent is UTF-8 (section 8.1)", () => {
  assert.strictEqual(unmasked(encodeText("a\ud800b"), 6).toString(), "a\ufffdb")
})

it("a close frame carries its code in network byte order (section 5.5.1)", () => {
  assert.deepStrictEqual([...unmasked(encodeClose(4321), 6)], [0x10, 0xe1])
})

it("each frame has a mask of its own (section 5.3)", () => {
  // More than the random bytes of one draw are enough for.
  const masks = new Set(Array.from({ length: 5000 }, () => encodePing().toString("hex", 2)))
  assert.isAbove(masks.size, 4990)
})

it("a payload is not changed by being sent", () => {
  const payload = Buffer.from("ping")
  encodeControl(Opcode.pong, payload)
  assert.strictEqual(payload.toString(), "ping")
})
