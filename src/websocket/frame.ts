import { randomBytes, takeRandom } from "./random.ts"

/** Frame types. RFC 6455 section 5.2. */
export const Opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

const maskBit = 0x80
const finBit = 0x80

/** Masks the payload, from `from` to the end, with the four bytes in front of it. RFC 6455 section 5.3. */
const mask = (frame: Buffer, from: number): void => {
  const m0 = frame[from - 4]!
  const m1 = frame[from - 3]!
  const m2 = frame[from - 2]!
  const m3 = frame[from - 1]!
  const end = frame.length
  let at = from
  // The answer to a healthcheck of 5,000 teams is 370 KB: 0.1 ms by words, 0.2 by bytes.
  if (end - from >= 65_536) {
    const [word = 0] = new Int32Array(Uint8Array.of(m0, m1, m2, m3).buffer)
    const words = new Int32Array(frame.buffer, frame.byteOffset + from, (end - from) >> 2)
    for (let n = 0; n < words.length; n++) words[n]! ^= word
    at += words.length * 4
  }
  for (; at + 3 < end; at += 4) {
    frame[at]! ^= m0
    frame[at + 1]! ^= m1
    frame[at + 2]! ^= m2
    frame[at + 3]! ^= m3
  }
  if (at < end) frame[at]! ^= m0
  if (at + 1 < end) frame[at + 1]! ^= m1
  if (at + 2 < end) frame[at + 2]! ^= m2
}

/** Allocates a frame and writes its header and mask. The payload is still to be written. */
const allocate = (opcode: number, length: number): Buffer => {
  const header = length < 126 ? 6 : length < 65_536 ? 8 : 14
  // A long payload begins at a multiple of four, so that it can be masked by words.
  const frame =
    header === 14 ? Buffer.allocUnsafeSlow(2 + header + length).subarray(2) : Buffer.allocUnsafe(header + length)
  frame[0] = finBit | opcode
  if (header === 6) {
    frame[1] = maskBit | length
  } else if (header === 8) {
    frame[1] = maskBit | 126
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = maskBit | 127
    frame.writeUInt16BE(0, 2)
    frame.writeUIntBE(length, 4, 6)
  }
  const random = takeRandom(4)
  frame[header - 4] = randomBytes[random]!
  frame[header - 3] = randomBytes[random + 1]!
  frame[header - 2] = randomBytes[random + 2]!
  frame[header - 1] = randomBytes[random + 3]!
  return frame
}

/** Encodes a client's text frame. A surrogate without its other half is sent as U+FFFD. RFC 6455 section 5.6. */
export const encodeText = (text: string): Buffer => {
  const length = Buffer.byteLength(text)
  const frame = allocate(Opcode.text, length)
  const from = frame.length - length
  frame.write(text, from)
  mask(frame, from)
  return frame
}

/** Encodes a client's control frame, with at most 125 bytes of payload. RFC 6455 section 5.5. */
export const encodeControl = (opcode: number, payload: Uint8Array): Buffer => {
  const frame = allocate(opcode, payload.length)
  const from = frame.length - payload.length
  frame.set(payload, from)
  mask(frame, from)
  return frame
}

const nothing = new Uint8Array(0)

export const encodePing = (): Buffer => encodeControl(Opcode.ping, nothing)

/** Encodes a client's close frame with a code and no reason. RFC 6455 section 5.5.1. */
export const encodeClose = (code: number): Buffer => encodeControl(Opcode.close, Uint8Array.of(code >> 8, code & 0xff))
