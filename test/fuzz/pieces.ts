import { closeFrame, frame, limits } from "../websocket/peer.ts"
import type { Draw } from "./Draw.ts"

const sizes = [0, 1, 2, 3, 30, 124, 125, 126, 127, 128, 1000, 65_534, 65_535, 65_536, 69_999, 70_000, 70_001] as const
const smallSizes = [0, 1, 2, 3, 30, 124, 125, 126, 127, 128, 1000] as const
const texts = [
  "x",
  '{"type":"message"}',
  "grüße ☸ ",
  "\u{1f9ed}",
  "\ufffd",
  "\u00ff\u0100",
  "\u0000",
  "\u{10ffff}"
] as const
const codes = [
  0, 999, 1000, 1001, 1003, 1004, 1005, 1006, 1007, 1011, 1014, 1015, 1016, 2999, 3000, 4999, 5000
] as const
const firsts = [0x00, 0x01, 0x80, 0x81, 0x82, 0x83, 0x8b, 0x09, 0x88, 0x89, 0x8a, 0x91, 0xa1, 0xc1, 0xc9] as const
const seconds = [0, 1, 2, 125, 126, 127, 0x80, 0x85] as const
const fragments = [1, 1, 1, 1, 2, 3, 7, 63, limits.maxFragments, limits.maxFragments + 1] as const

/** Bytes at the borders of UTF-8: overlong, surrogates, beyond U+10FFFF, cut off, and what is just right. */
const sequences = [
  "c080",
  "c1bf",
  "c280",
  "dfbf",
  "e08080",
  "e09fbf",
  "e0a080",
  "ed9fbf",
  "eda080",
  "edbfbf",
  "ee8080",
  "efbfbd",
  "efbfbf",
  "f0808080",
  "f08fbfbf",
  "f0908080",
  "f48fbfbf",
  "f4908080",
  "f5808080",
  "f8888080",
  "fe",
  "ff",
  "80",
  "bf",
  "c2",
  "e298",
  "f09fa7"
] as const

const filled = (text: string, size: number): Buffer => (size === 0 ? Buffer.alloc(0) : Buffer.alloc(size, text))

/** Whole characters only, so that most texts are valid. */
const whole = (text: string, size: number): Buffer => {
  const padded = size % Buffer.byteLength(text)
  return Buffer.concat([filled(text, size - padded), filled("x", padded)])
}

const payloadOf = (draw: Draw): Buffer => {
  const size = draw.of(draw.oneIn(4) ? sizes : smallSizes)
  if (draw.oneIn(6)) {
    const [before, behind] = [draw.list(3, () => draw.of(texts)), draw.list(3, () => draw.of(texts))]
    return Buffer.concat([
      Buffer.from(before.join("")),
      Buffer.from(draw.of(sequences), "hex"),
      Buffer.from(behind.join(""))
    ])
  }
  return draw.oneIn(10) ? filled(draw.of(texts), size) : whole(draw.of(texts), size)
}

const control = (draw: Draw): Buffer => frame(draw.of([9, 10]), filled("p", draw.of([0, 1, 4, 124, 125])))

const message = (draw: Draw): Buffer => {
  const payload = payloadOf(draw)
  const count = draw.of(fragments)
  const length = Math.ceil(payload.length / count)
  const opcode = draw.oneIn(3) ? 2 : 1
  const frames: Array<Buffer> = []
  for (let n = 0; n < count; n++) {
    frames.push(frame(n > 0 ? 0 : opcode, payload.subarray(n * length, (n + 1) * length), n === count - 1))
    if (n < 3 && draw.oneIn(3)) frames.push(control(draw))
  }
  return Buffer.concat(frames)
}

const close = (draw: Draw): Buffer => {
  if (draw.oneIn(8)) return frame(8, draw.oneIn(2) ? "" : "x")
  return closeFrame(draw.oneIn(8) ? draw.below(65_536) : draw.of(codes), payloadOf(draw).subarray(0, 123))
}

/** A header with a length in more bytes than it needs, or of far more than will ever come. */
const odd = (draw: Draw): Buffer => {
  const size = draw.of([0, 1, 125, 126, 65_535])
  const first = draw.of([0x81, 0x82, 0x01, 0x00, 0x80])
  const length =
    draw.oneIn(2) && size < 65_536
      ? [126, size >> 8, size & 0xff]
      : [
          127,
          ...draw.of([
            [0, 0, 0, 0],
            [0, 0, 0, 1],
            [0x80, 0, 0, 0],
            [0, 0x20, 0, 0]
          ]),
          0,
          0,
          size >> 8,
          size & 0xff
        ]
  return Buffer.concat([Buffer.from([first, ...length]), filled("o", size)])
}

/** Draws what a server may send: a message or a control frame, most of them as RFC 6455 wants them. */
export const pieceOf = (draw: Draw): Buffer => {
  switch (draw.of(["message", "message", "message", "message", "control", "control", "raw", "close", "odd", "any"])) {
    case "message":
      return message(draw)
    case "control":
      return Buffer.concat(draw.list(3, () => control(draw)))
    case "raw":
      return Buffer.concat([Buffer.from([draw.of(firsts), draw.of(seconds)]), filled("\u0001", draw.of(sizes) % 300)])
    case "close":
      return close(draw)
    case "odd":
      return odd(draw)
    case "any":
      return draw.bytes(draw.below(20))
  }
}
