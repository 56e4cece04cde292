// A server's frames, as `ws` makes them, and what is heard of them.
import type { Writable } from "node:stream"
import { Schema } from "effect"
import * as Ws from "ws"
import { closeCodeFor, type Violation } from "../../src/services/Violation.ts"
import { type FrameSink, headroom, parseFrames } from "../../src/websocket/parseFrames.ts"
import type { PartialMessage } from "../../src/websocket/PartialMessage.ts"
import type { SocketLimits } from "../../src/websocket/SocketLimits.ts"

/** What `ws` exports and its types do not. */
interface WsInternals {
  readonly Receiver: new (options: {
    readonly isServer?: boolean
    readonly maxPayload?: number
    readonly maxFragments?: number
  }) => Writable
  readonly Sender: {
    readonly frame: (
      data: Buffer,
      options: {
        readonly fin: boolean
        readonly opcode: number
        readonly mask: boolean
        readonly readOnly: boolean
        readonly rsv1: boolean
      }
    ) => ReadonlyArray<Buffer>
  }
}

export const { Receiver, Sender } = Ws as unknown as WsInternals

/** The most of a message that is read in these tests. */
export const limits: SocketLimits = { maxFrame: 70_000, maxFragments: 64, maxUnsent: Infinity, closeTimeout: 1 }

export const frame = (opcode: number, payload: string | Buffer = "", fin = true): Buffer =>
  Buffer.concat(Sender.frame(Buffer.from(payload), { fin, opcode, mask: false, readOnly: false, rsv1: false }))

export const closeFrame = (code: number, reason: string | Buffer = ""): Buffer =>
  frame(8, Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]))

/** What was heard, in its order, as one line each. */
export type Heard = ReadonlyArray<string>

/** Cuts bytes into reads. */
export const cutUp = (bytes: Buffer, cuts: ReadonlyArray<number>): ReadonlyArray<Buffer> => {
  const places = [...new Set(cuts.map((cut) => Math.abs(cut) % (bytes.length + 1)))].sort((a, b) => a - b)
  return [0, ...places].map((place, n) => bytes.subarray(place, places[n] ?? bytes.length))
}

/** Reads as a connection does: all reads come into the same buffer, and nothing of it holds for longer than a call. */
export const hear = (
  reads: ReadonlyArray<Buffer>,
  stopsAfter = Number.POSITIVE_INFINITY
): { readonly heard: Heard; readonly partial: PartialMessage | undefined; readonly broken: Violation | undefined } => {
  let broken: Violation | undefined
  const heard: Array<string> = []
  let isOver = false
  const sink: FrameSink = {
    wantsFrames: () => !isOver && heard.length < stopsAfter,
    onText: (text) => void heard.push(`message ${text}`),
    onPing: (payload) => void heard.push(`ping ${payload.toString("hex")}`),
    onPong: () => void heard.push("pong"),
    onCloseFrame: (code, payload) => {
      isOver = true
      heard.push(`close ${code} ${payload.subarray(2).toString("hex")}`)
    },
    onViolation: (violation) => {
      isOver = true
      heard.push(`violation ${closeCodeFor(violation)}`)
      broken = violation
    }
  }
  const longest = Math.max(...reads.map((read) => read.length))
  const buffer = Buffer.alloc(headroom + longest)
  let partial: PartialMessage | undefined
  for (const read of reads) {
    if (!sink.wantsFrames()) break
    buffer.fill(0xee)
    read.copy(buffer, headroom)
    partial = parseFrames(sink, limits, buffer, headroom, headroom + read.length, partial)
  }
  return { broken, heard, partial }
}

const deaf: FrameSink = {
  wantsFrames: () => true,
  onText: () => {},
  onPing: () => {},
  onPong: () => {},
  onCloseFrame: () => {},
  onViolation: () => {}
}

/** What a read leaves of what the one before has left. */
export const hearOne = (read: Buffer, partial: PartialMessage | undefined): PartialMessage | undefined =>
  parseFrames(deaf, limits, Buffer.concat([Buffer.alloc(headroom), read]), headroom, headroom + read.length, partial)

/** What the receiver of `ws` hears of the same reads. */
export const hearAsWs = (reads: ReadonlyArray<Buffer>): Heard => {
  const heard: Array<string> = []
  const receiver = new Receiver({ maxPayload: limits.maxFrame, maxFragments: limits.maxFragments })
  let isOver = false
  receiver.on("message", (data: Buffer) => void heard.push(`message ${data.toString()}`))
  receiver.on("ping", (data: Buffer) => void heard.push(`ping ${data.toString("hex")}`))
  receiver.on("pong", () => void heard.push("pong"))
  receiver.on("conclude", (code: number, reason: Buffer) => {
    isOver = true
    heard.push(`close ${code} ${reason.toString("hex")}`)
  })
  for (const read of reads) {
    if (isOver) break
    // In place of `write`, which tells of errors in a later tick.
    receiver._write(Buffer.from(read), "binary", (error) => {
      if (error == null) return
      isOver = true
      const status = Object.getOwnPropertySymbols(error).find((symbol) => symbol.description === "status-code")
      const code = status === undefined ? error.message : Reflect.get(error, status)
      // Its only other code of a limit is 1009: for a message in too many fragments as for one that is too large.
      heard.push(`violation ${code === 1008 ? 1009 : String(code)}`)
    })
  }
  return heard
}

const sizes = [0, 1, 2, 3, 30, 124, 125, 126, 127, 128, 1000, 65_534, 65_535, 65_536, 69_999, 70_000, 70_001] as const

const Control = Schema.Struct({
  opcode: Schema.Literals([9, 10]),
  size: Schema.Literals([0, 1, 4, 124, 125])
})

/** A message or a control frame: most of them as RFC 6455 wants them. */
export const Piece = Schema.Struct({
  kind: Schema.Literals(["message", "message", "message", "message", "control", "control", "raw", "close"]),
  binary: Schema.Boolean,
  /** Bytes of it; the text is repeated and cut, which may cut a character in two. */
  size: Schema.Literals(sizes),
  text: Schema.Literals(["x", '{"type":"message"}', "grüße ☸ ", "\u{1f9ed}", "\ufffd", "\u00ff\u0100"]),
  fragments: Schema.Literals([1, 1, 1, 1, 2, 3, 7, 63, 64, 65]),
  between: Schema.Array(Control).check(Schema.isMaxLength(3)),
  /** Of a raw header, and of a close frame. */
  first: Schema.Literals([0x00, 0x01, 0x80, 0x81, 0x82, 0x83, 0x8b, 0x09, 0x88, 0x89, 0x8a, 0x91, 0xa1, 0xc1, 0xc9]),
  second: Schema.Literals([0, 1, 2, 125, 126, 127, 0x80, 0x85]),
  code: Schema.Literals([
    0, 999, 1000, 1001, 1003, 1004, 1005, 1006, 1007, 1011, 1014, 1015, 1016, 2999, 3000, 4999, 5000, 65_535
  ])
})

const filled = (text: string, size: number): Buffer => (size === 0 ? Buffer.alloc(0) : Buffer.alloc(size, text))

/** Whole characters only, so that most texts are valid. */
const whole = (text: string, size: number): Buffer => {
  const character = Buffer.byteLength(text)
  const padded = size % character
  return Buffer.concat([filled(text, size - padded), filled("x", padded)])
}

export const bytesOf = (piece: typeof Piece.Type): Buffer => {
  const { between, binary, code, first, fragments, kind, second, size, text } = piece
  switch (kind) {
    case "raw":
      return Buffer.concat([Buffer.from([first, second]), filled("\u0001", size % 300)])
    case "close":
      return closeFrame(code, filled(text, Math.min(size, 123)))
    case "control":
      return Buffer.concat(between.map((control) => frame(control.opcode, filled("p", control.size))))
    case "message": {
      const payload = binary ? filled(text, size) : whole(text, size)
      const length = Math.ceil(payload.length / fragments)
      const frames: Array<Buffer> = []
      for (let n = 0; n < fragments; n++) {
        const part = payload.subarray(n * length, (n + 1) * length)
        frames.push(frame(n > 0 ? 0 : binary ? 2 : 1, part, n === fragments - 1))
        const control = between[n]
        if (control !== undefined) frames.push(frame(control.opcode, filled("c", control.size)))
      }
      return Buffer.concat(frames)
    }
  }
}
