import { isUtf8 } from "node:buffer"
import { CloseCode } from "../services/Socket.ts"
import type { Violation } from "../services/Violation.ts"
import { Opcode } from "./frame.ts"
import { PartialMessage } from "./PartialMessage.ts"
import type { MessageLimits } from "./SocketLimits.ts"

/** Called with each of the peer's frames, in order. Buffers are those of the read: they hold during the call. */
export interface FrameSink {
  /** Asked after each frame. If false, the rest of the read is dropped. */
  readonly wantsFrames: () => boolean
  /** A whole data message, as text: a binary one is read as UTF-8. */
  readonly onText: (text: string) => void
  readonly onPing: (payload: Buffer) => void
  readonly onPong: () => void
  /** A close frame: its code, `CloseCode.noStatus` where there is none, and its whole payload. The last call. */
  readonly onCloseFrame: (code: number, payload: Buffer) => void
  /** A frame that breaks a rule. The last call. */
  readonly onViolation: (violation: Violation) => void
}

/**
 * Bytes in front of each read that the parser may use: what the last read has left goes there, so that no read is
 * copied.
 */
export const headroom = 128

/**
 * True for a code that a close frame may carry. RFC 6455 section 7.4, and up to 1014 as IANA has registered them since.
 */
const isCloseCode = (code: number): boolean =>
  (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999)

/** Decodes a message. `undefined` for a text that is not valid UTF-8. RFC 6455 section 8.1. */
const decode = (opcode: number, bytes: Buffer, from: number, end: number): string | undefined => {
  const text = bytes.toString("utf8", from, end)
  // The decoder puts U+FFFD for what is not valid, so only a text with that character needs `isUtf8`, which needs a
  // view: 143 ns in place of 210 for 75 bytes. V8 need not search a string of one byte a character, as most are.
  if (opcode === Opcode.text && text.includes("\ufffd") && !isUtf8(bytes.subarray(from, end))) return undefined
  return text
}

const refuse = (sink: FrameSink, violation: Violation): undefined => {
  sink.onViolation(violation)
}

const closeFrame = (sink: FrameSink, payload: Buffer): undefined => {
  const isEmpty = payload.length === 0
  const code = isEmpty ? CloseCode.noStatus : payload.readUInt16BE(0)
  if (!isEmpty && !isCloseCode(code)) return refuse(sink, "close-frame")
  if (!isUtf8(payload.subarray(2))) return refuse(sink, "utf-8")
  sink.onCloseFrame(code, payload)
}

/** Tells the sink of a message whose frames have all come. */
const tellMessage = (sink: FrameSink, { length, opcode, payload }: PartialMessage): void => {
  const text = decode(opcode, payload, 0, length)
  if (text === undefined) sink.onViolation("utf-8")
  else sink.onText(text)
}

/**
 * Parses a server's frames in `bytes` from `start` to `end`: RFC 6455 sections 5 and 8.1, without extensions. `partial`
 * is what this function has returned for the read before. Overwrites up to `headroom` bytes in front of `start`, and
 * keeps no reference to `bytes`.
 */
export const parseFrames = (
  sink: FrameSink,
  limits: MessageLimits,
  bytes: Buffer,
  start: number,
  end: number,
  partial: PartialMessage | undefined
): PartialMessage | undefined => {
  let at = start
  // What the last read has left of a frame, until that frame is whole.
  let begun: PartialMessage | undefined
  if (partial !== undefined) {
    if (partial.rest.length > 0) {
      at = partial.restore(bytes, at)
      if (partial.opcode === 0) {
        begun = partial
        partial = undefined
      }
    } else if (partial.missing > 0) {
      at = partial.collect(bytes, at, end, limits.maxFrame)
      if (partial.missing > 0) return partial
      if (partial.isLast) {
        tellMessage(sink, partial)
        partial = undefined
        if (!sink.wantsFrames()) return undefined
      }
    }
  }
  while (end - at >= 2) {
    const first = bytes[at]!
    const second = bytes[at + 1]!
    const opcode = first & 0x0f
    const isFinal = first >= 0x80
    // A server's frames are not masked, and nothing has been agreed that would give the reserved bits a meaning.
    if (second >= 0x80) return refuse(sink, "mask")
    if ((first & 0x70) !== 0) return refuse(sink, "reserved-bits")

    if (opcode >= Opcode.close) {
      if (opcode > Opcode.pong) return refuse(sink, "opcode")
      if (!isFinal || second > 125) return refuse(sink, "control-frame")
      if (opcode === Opcode.close && second === 1) return refuse(sink, "close-frame")
      const from = at + 2
      if (from + second > end) break
      at = from + second
      if (opcode === Opcode.pong) sink.onPong()
      else if (opcode === Opcode.ping) sink.onPing(bytes.subarray(from, at))
      else return closeFrame(sink, bytes.subarray(from, at))
      if (!sink.wantsFrames()) return undefined
      begun = undefined
      continue
    }

    if (opcode > Opcode.binary) return refuse(sink, "opcode")
    // A message is begun with its opcode and goes on with 0: one at a time.
    if ((opcode === Opcode.continuation) !== (partial !== undefined)) return refuse(sink, "fragmentation")
    let from = at + 2
    let size = second
    if (second === 126) {
      from += 2
      if (from > end) break
      size = (bytes[at + 2]! << 8) | bytes[at + 3]!
    } else if (second === 127) {
      from += 8
      if (from > end) break
      size = bytes.readUInt32BE(at + 2) * 2 ** 32 + bytes.readUInt32BE(at + 6)
    }
    // Checked at the header: of a message that is too large, nothing is collected.
    if (size + (partial?.length ?? 0) > limits.maxFrame) return refuse(sink, "message-size")

    if (isFinal && partial === undefined && from + size <= end) {
      at = from + size
      const text = decode(opcode, bytes, from, at)
      if (text === undefined) return refuse(sink, "utf-8")
      sink.onText(text)
    } else {
      if (partial === undefined) {
        partial = begun ?? new PartialMessage()
        partial.opcode = opcode
      } else if (partial.fragments === limits.maxFragments) {
        return refuse(sink, "message-fragments")
      }
      partial.fragments++
      partial.isLast = isFinal
      partial.missing = size
      at = partial.collect(bytes, from, end, limits.maxFrame)
      if (partial.missing > 0) return partial
      if (!isFinal) continue
      tellMessage(sink, partial)
      partial = undefined
    }
    if (!sink.wantsFrames()) return undefined
    begun = undefined
  }
  if (at < end) (partial ??= begun ?? new PartialMessage()).keep(bytes, at, end)
  return partial
}
