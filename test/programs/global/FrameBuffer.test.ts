import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { FrameBuffer, NoMoreFrames } from "../../../src/programs/global/FrameBuffer.ts"
import { FakeConnection, openConnection } from "../../support/fakeSocket.ts"
import { endpointOf } from "../../support/settings.ts"

/** A buffer on an open connection. */
const attached = () => {
  const buffer = new FrameBuffer()
  const connection = openConnection({ endpoint: endpointOf("ws://h/"), allowsAddress: () => true }, buffer)
  buffer.attach(connection)
  return { buffer, connection }
}

const say = (connection: FakeConnection, from: number, to: number) => {
  for (let n = from; n < to; n++) connection.say(`frame ${n}`)
}

const frames = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `frame ${from + n}`)

/** Pauses and resumptions that changed something: a connection may be told twice. */
const flow = (connection: FakeConnection) =>
  connection.calls
    .filter((call) => call === "pause" || call === "resume")
    .filter((call, n, all) => call !== (n === 0 ? "resume" : all[n - 1]))

describe("what has been read of the Global connection", () => {
  it.effect("is taken in batches, in order, each frame once", () =>
    Effect.gen(function* () {
      const { buffer, connection } = attached()
      say(connection, 0, 3)
      assert.deepStrictEqual(yield* buffer.take, frames(0, 3))
      say(connection, 3, 5)
      assert.deepStrictEqual(yield* buffer.take, frames(3, 5))
    })
  )

  it.effect("is waited for, while there is none", () =>
    Effect.gen(function* () {
      const { buffer, connection } = attached()
      const taking = yield* Effect.forkChild(buffer.take, { startImmediately: true })
      yield* Effect.yieldNow
      assert.isUndefined(taking.pollUnsafe())
      say(connection, 0, 1)
      assert.deepStrictEqual(yield* Fiber.join(taking), frames(0, 1))
      const again = yield* Effect.forkChild(buffer.take, { startImmediately: true })
      yield* Effect.yieldNow
      assert.isUndefined(again.pollUnsafe(), "no batch is empty")
      yield* Fiber.interrupt(again)
    })
  )

  it.effect("is not lost with a reader that is interrupted while it waits", () =>
    Effect.gen(function* () {
      const { buffer, connection } = attached()
      const taking = yield* Effect.forkChild(buffer.take, { startImmediately: true })
      yield* Fiber.interrupt(taking)
      say(connection, 0, 2)
      assert.deepStrictEqual(yield* buffer.take, frames(0, 2))
    })
  )

  it.effect("comes before the end: frames that arrived are taken, then the close code", () =>
    Effect.gen(function* () {
      const { buffer, connection } = attached()
      say(connection, 0, 3)
      connection.end(4001)
      assert.deepStrictEqual(yield* buffer.take, frames(0, 3))
      assert.deepStrictEqual(yield* Effect.flip(buffer.take), new NoMoreFrames({ code: 4001 }))
      assert.deepStrictEqual(yield* Effect.flip(buffer.take), new NoMoreFrames({ code: 4001 }))
    })
  )

  it.effect("ends for a reader that waits", () =>
    Effect.gen(function* () {
      const { buffer, connection } = attached()
      const taking = yield* Effect.forkChild(Effect.flip(buffer.take), { startImmediately: true })
      connection.end(1006)
      assert.deepStrictEqual(yield* Fiber.join(taking), new NoMoreFrames({ code: 1006 }))
    })
  )

  it.effect("is kept, if it came before the connection is attached", () =>
    Effect.gen(function* () {
      const buffer = new FrameBuffer()
      buffer.onFrame("frame 0")
      buffer.onClosed({ code: 1000 })
      assert.deepStrictEqual(yield* buffer.take, frames(0, 1))
      assert.deepStrictEqual(yield* Effect.flip(buffer.take), new NoMoreFrames({ code: 1000 }))
    })
  )
})

describe("a reader that falls behind", () => {
  it.effect("is not noticed by the peer up to 1,023 frames", () =>
    Effect.gen(function* () {
      const { buffer, connection } = attached()
      say(connection, 0, 1023)
      assert.deepStrictEqual(flow(connection), [])
      yield* buffer.take
      say(connection, 0, 1023)
      assert.deepStrictEqual(flow(connection), [])
    })
  )

  it.effect("pauses the connection from the 1,024th on, until it has taken them", () =>
    Effect.gen(function* () {
      const { buffer, connection } = attached()
      say(connection, 0, 1024)
      assert.deepStrictEqual(flow(connection), ["pause"])
      // The rest of the read that was under way.
      say(connection, 1024, 1200)
      assert.deepStrictEqual(flow(connection), ["pause"])
      assert.deepStrictEqual(yield* buffer.take, frames(0, 1200))
      assert.deepStrictEqual(flow(connection), ["pause", "resume"])
    })
  )

  it.effect("pauses the connection where few frames are as large together as may wait, and not before", () =>
    Effect.gen(function* () {
      const { buffer, connection } = attached()
      const mebi = "x".repeat(1024 * 1024)
      connection.say(mebi, mebi, mebi)
      assert.deepStrictEqual(flow(connection), [])
      yield* buffer.take
      connection.say(mebi, mebi, mebi)
      assert.deepStrictEqual(flow(connection), [], "what has been taken waits no more")
      connection.say(mebi)
      assert.deepStrictEqual(flow(connection), ["pause"])
      assert.lengthOf(yield* buffer.take, 4)
      assert.deepStrictEqual(flow(connection), ["pause", "resume"])
    })
  )

  it.effect("is handed in the next batch what a resumed connection delivers on the spot", () =>
    Effect.gen(function* () {
      const { buffer, connection } = attached()
      say(connection, 0, 1024)
      const resume = connection.resume.bind(connection)
      connection.resume = () => {
        resume()
        connection.resume = resume
        say(connection, 1024, 1026)
      }
      assert.deepStrictEqual(yield* buffer.take, frames(0, 1024))
      assert.deepStrictEqual(yield* buffer.take, frames(1024, 1026))
    })
  )
})

describe("as a peer of the keep-alive (protocol row 11)", () => {
  it("any frame, and any ping or pong, is a sign of life", () => {
    const { buffer, connection } = attached()
    for (const sign of [() => connection.say("not even JSON"), () => buffer.onControl()]) {
      buffer.liveness.sweeper = { sweeps: 7, answered: () => {} }
      buffer.liveness.heardAt = 0
      buffer.liveness.greeted = false
      sign()
      assert.deepStrictEqual([buffer.liveness.silence, buffer.liveness.greeted], [0, true])
    }
  })

  it("its ping is the WebSocket protocol's own, and its death a terminate without a close handshake (row 12)", () => {
    const { buffer, connection } = attached()
    buffer.ping()
    buffer.declareDead()
    assert.deepStrictEqual(connection.calls, ["ping", "terminate"])
    assert.deepStrictEqual(connection.sent, [])
  })

  it.effect("an end of our own is told as that: a dead peer, one that does not read", () =>
    Effect.gen(function* () {
      const dead = attached()
      dead.buffer.declareDead()
      assert.deepStrictEqual(yield* Effect.flip(dead.buffer.take), new NoMoreFrames({ code: 1006, dead: true }))
      const unread = attached()
      unread.buffer.dropUnread()
      unread.buffer.declareDead()
      assert.deepStrictEqual(
        yield* Effect.flip(unread.buffer.take),
        new NoMoreFrames({ code: 1006, violation: "unread" })
      )
    })
  )

  it.effect("a close of the peer's that was there before is the peer's", () =>
    Effect.gen(function* () {
      const { buffer, connection } = attached()
      connection.terminate = () => connection.end(1001)
      buffer.dropUnread()
      assert.deepStrictEqual(yield* Effect.flip(buffer.take), new NoMoreFrames({ code: 1001 }))
    })
  )
})
