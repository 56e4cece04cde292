// A server's frames, as `ws` makes them, and what is heard of them.
import type { Writable } from "node:stream"
import * as Ws from "ws"
import { refusalOf } from "../../src/layers/ws/refusalOf.ts"
import { errorCode } from "../../src/node/errorCode.ts"
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
export const hearAsWs = (
  reads: ReadonlyArray<Buffer>
): { readonly heard: Heard; readonly broken: Violation | undefined } => {
  let broken: Violation | undefined
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
      heard.push(`violation ${String(status === undefined ? error.message : Reflect.get(error, status))}`)
      broken = refusalOf(errorCode(error))?.violation
    })
  }
  return { broken, heard }
}
