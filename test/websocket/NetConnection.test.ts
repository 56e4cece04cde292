import type { Socket as NetSocket } from "node:net"
import { Duplex } from "node:stream"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Closed, Receiver } from "../../src/services/Socket.ts"
import { ClientHandshake } from "../../src/websocket/ClientHandshake.ts"
import { acceptValueOf } from "../../src/websocket/handshake.ts"
import { NetConnection } from "../../src/websocket/NetConnection.ts"
import { headroom } from "../../src/websocket/parseFrames.ts"
import { UnfinishedMessages } from "../../src/websocket/UnfinishedMessages.ts"
import { Draw } from "../fuzz/Draw.ts"
import { streamOf } from "../fuzz/Stream.ts"
import { endpointOf } from "../support/settings.ts"
import { frame, limits } from "./peer.ts"

/** Socket in memory: what is written is kept, and what is read comes from the test. */
class MemorySocket extends Duplex {
  readonly written: Array<Buffer> = []

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.written.push(chunk)
    done()
  }

  setNoDelay(): void {}
}

/** Connection on a socket in memory, whose handshake has succeeded. */
const connect = (unfinished: UnfinishedMessages, receiver: Partial<Receiver> = {}) => {
  const closings: Array<Closed> = []
  const socket = new MemorySocket()
  const handshake = new ClientHandshake({ endpoint: endpointOf("ws://chat.example/"), allowsAddress: () => true })
  const heard: Receiver = {
    onFrame: () => {},
    onControl: () => {},
    ...receiver,
    onClosed: (closed) => void closings.push(closed)
  }
  const connection = new NetConnection(socket as unknown as NetSocket, handshake, heard, { ...limits, unfinished })
  socket.on("error", (error) => connection.onError(error))
  socket.on("close", () => connection.onClose())
  connection.onConnect()
  const key = /Key: (.*)\r\n/.exec(socket.written.toString())![1]!
  const read = (bytes: Buffer) => {
    const buffer = Buffer.concat([Buffer.alloc(headroom), bytes])
    connection.onRead(buffer, headroom, buffer.length)
  }
  read(
    Buffer.from(
      `HTTP/1.1 101\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptValueOf(key)}\r\n\r\n`
    )
  )
  assert.isTrue(connection.isOpen())
  return { closings, connection, read, socket }
}

/** Lets streams tell what they do in a later turn. */
const turn = Effect.promise(() => new Promise<void>((resolve) => void setImmediate(resolve)))

const begun = Buffer.concat([frame(1, "x".repeat(100), false)])

describe("a connection in the middle of a message", () => {
  it.effect("is not blamed for it, nor counted, once the peer has ended its stream", () =>
    Effect.gen(function* () {
      const unfinished = new UnfinishedMessages(1 << 20)
      const { closings, connection, read, socket } = connect(unfinished)
      read(begun)
      assert.strictEqual(unfinished.size, 1)
      connection.onEnd()
      assert.deepStrictEqual([unfinished.size, unfinished.bytes], [0, 0])
      for (let look = 0; look < 20; look++) unfinished.look()
      socket.destroy()
      yield* turn
      assert.deepStrictEqual(closings, [{ code: 1006 }])
    })
  )

  it.effect("is counted no more after any end", () =>
    Effect.gen(function* () {
      const bug = new Error("bug")
      const ends: Readonly<Record<string, (at: ReturnType<typeof connect>) => void>> = {
        "our close, and the peer's": ({ connection, read }) => (connection.close(1000), read(frame(8))),
        "our termination": ({ connection }) => connection.terminate(),
        "the peer's close": ({ read }) => read(frame(8)),
        "a broken rule": ({ read }) => read(frame(3)),
        "an error of the socket": ({ socket }) => void socket.destroy(bug),
        "the end of the socket": ({ socket }) => void socket.destroy()
      }
      for (const [end, make] of Object.entries(ends)) {
        const unfinished = new UnfinishedMessages(1 << 20)
        const each = connect(unfinished)
        each.read(begun)
        assert.strictEqual(unfinished.size, 1)
        make(each)
        yield* turn
        assert.deepStrictEqual([unfinished.size, unfinished.bytes], [0, 0], end)
        each.socket.destroy()
        yield* turn
        assert.lengthOf(each.closings, 1, end)
      }
    })
  )

  it.effect("is counted right in any life, with others, however they end", () =>
    Effect.gen(function* () {
      for (let seed = 1; seed <= 200; seed++) {
        const draw = new Draw(seed)
        const unfinished = new UnfinishedMessages(draw.of([1000, 70_000, 1 << 20]))
        const all = Array.from({ length: 4 }, () => {
          const held: { each?: ReturnType<typeof connect> } = {}
          held.each = connect(unfinished, {
            onFrame: () => {
              if (draw.oneIn(40)) held.each?.connection.close(1000)
              if (draw.oneIn(40)) held.each?.connection.terminate()
              if (draw.oneIn(40)) throw new Error("bug")
            }
          })
          return held.each
        })
        for (let step = 0; step < 30; step++) {
          const { connection, read, socket } = draw.of(all)
          const [piece] = streamOf(draw).pieces
          switch (draw.below(20)) {
            case 0:
              connection.onEnd()
              break
            case 1:
              connection.close(1000)
              break
            case 2:
              unfinished.look()
              break
            case 3:
              if (draw.oneIn(2)) socket.destroy()
              break
            default:
              if (piece !== undefined && !socket.destroyed) read(piece.subarray(0, draw.below(piece.length + 1)))
          }
          const held = all.map(({ connection: { partial } }) => partial)
          assert.strictEqual(unfinished.size, held.filter((partial) => partial !== undefined).length, `seed ${seed}`)
          const bytes = held.reduce((sum, partial) => sum + (partial?.payload.length ?? 0), 0)
          assert.strictEqual(unfinished.bytes, bytes, `seed ${seed}`)
        }
        for (const { socket } of all) socket.destroy()
        yield* turn
        assert.deepStrictEqual([unfinished.size, unfinished.bytes], [0, 0], `seed ${seed}`)
        for (const { closings } of all) assert.lengthOf(closings, 1, `seed ${seed}`)
      }
    })
  )
})
