// What messages cost that come in many frames and reads, beside the receiver of `ws`: `npm run bench:frames`.
import type { Writable } from "node:stream"
import { test } from "vitest"
import * as Ws from "ws"
import { type FrameSink, headroom, parseFrames } from "../src/websocket/parseFrames.ts"
import type { PartialMessage } from "../src/websocket/PartialMessage.ts"

/** What `ws` exports and its types do not. */
const { Receiver } = Ws as unknown as {
  readonly Receiver: new (options: { readonly maxPayload: number; readonly maxFragments: number }) => Writable
}

/** A read of Node's. */
const readSize = 65_536

const limits = { maxFrame: 16 << 20, maxFragments: 16_384 }

/** A frame that is not masked. */
const frame = (first: number, size: number): Buffer => {
  const header =
    size < 126 ? [first, size] : size < 65_536 ? [first, 126, size >> 8, size & 0xff] : [first, 127, 0, 0, 0, 0]
  if (size >= 65_536) header.push(size >>> 24, (size >> 16) & 0xff, (size >> 8) & 0xff, size & 0xff)
  return Buffer.concat([Buffer.from(header), Buffer.alloc(size, "x")])
}

const message = (bytes: number, fragments: number): Buffer =>
  Buffer.concat(
    Array.from({ length: fragments }, (_, n) =>
      frame((n === 0 ? 0x01 : 0x00) | (n === fragments - 1 ? 0x80 : 0), bytes / fragments)
    )
  )

const cutIn = (bytes: Buffer, size: number): ReadonlyArray<Buffer> =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) => bytes.subarray(n * size, (n + 1) * size))

/** Reads that hold for a call only, as those of a connection. */
const readOurs = (reads: ReadonlyArray<Buffer>) => {
  const buffer = Buffer.allocUnsafeSlow(headroom + readSize)
  let heard = 0
  const sink: FrameSink = {
    wantsFrames: () => true,
    onText: (text) => void (heard += text.length),
    onPing: () => {},
    onPong: () => {},
    onCloseFrame: () => {},
    onViolation: (violation) => {
      throw new Error(violation)
    }
  }
  return () => {
    heard = 0
    let partial: PartialMessage | undefined
    for (const read of reads) {
      read.copy(buffer, headroom)
      partial = parseFrames(sink, limits, buffer, headroom, headroom + read.length, partial)
    }
    return heard
  }
}

/** Reads that are new buffers each, as Node makes them for `ws`. */
const readByWs = (reads: ReadonlyArray<Buffer>) => () => {
  const receiver = new Receiver({ maxPayload: limits.maxFrame, maxFragments: limits.maxFragments })
  let heard = 0
  receiver.on("message", (data: Buffer) => void (heard += data.toString().length))
  for (const read of reads) {
    receiver._write(Buffer.from(read), "binary", (error) => {
      if (error != null) throw error
    })
  }
  return heard
}

for (const [what, bytes, size] of [
  ["16 MiB in 64 fragments", message(16 << 20, 64), readSize],
  ["4 MiB in 4,096 fragments", message(4 << 20, 4096), readSize],
  ["1 MiB in one frame", message(1 << 20, 1), readSize],
  ["1,000 messages of 75 bytes, ten a read", Buffer.concat(Array.from({ length: 1000 }, () => message(75, 1))), 770]
] as const) {
  test(`a peer that sends ${what}`, async ({ bench, expect }) => {
    const reads = cutIn(bytes, size)
    const [ours, theirs] = [readOurs(reads), readByWs(reads)]
    expect(ours()).toBe(theirs())
    await bench.compare(
      bench("parseFrames", () => void ours()),
      bench("ws", () => void theirs())
    )
  })
}
