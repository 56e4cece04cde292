import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Queue, Schedule } from "effect"
import { spawnCli } from "../cli/spawnCli.ts"
import { header, messageFrame, scriptedPlatform, type TeamPeer, trickle } from "./scriptedPlatform.ts"
import type { WsPeer } from "./socket.servers.ts"
import { localhostCertificate } from "./socket.tls.ts"

const json = ["--log-format", "json"]

const run = (url: string, ...flags: ReadonlyArray<string>) => spawnCli(["run", "--url", url, ...json, ...flags])

/** The counts of a team as the next answer to a healthcheck has them. */
const countsOf = (global: WsPeer, team: number) =>
  Effect.gen(function* () {
    global.ws.send(JSON.stringify({ type: "healthcheck" }))
    for (;;) {
      const frame = JSON.parse(yield* Queue.take(global.received))
      if (frame.type === "healthcheck") return frame.stats.find(({ id }: { id: number }) => id === team)
    }
  })

/** Waits until a team has said so many messages that were counted. */
const counted = (global: WsPeer, team: number, messages: number) =>
  countsOf(global, team).pipe(
    Effect.repeat({ until: ({ message_count }) => message_count === messages, schedule: Schedule.spaced(20) })
  )

const chunks = (bytes: Buffer, size: number) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) => bytes.subarray(n * size, (n + 1) * size))

/** Waits for a control frame of a fleet, by its first byte, and reads it. All frames before it are short and masked. */
const control = ({ socket }: TeamPeer, first: number, accept: (payload: Buffer) => boolean = () => true) =>
  Effect.callback<Buffer>((resume) => {
    let bytes = Buffer.alloc(0)
    socket.on("data", (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk])
      while (bytes.length >= 2 && bytes.length >= 6 + (bytes[1]! & 0x7f)) {
        const size = bytes[1]! & 0x7f
        const payload = bytes.subarray(6, 6 + size).map((byte, n) => byte ^ bytes[2 + (n % 4)]!)
        if (bytes[0] === first && accept(Buffer.from(payload))) resume(Effect.succeed(Buffer.from(payload)))
        bytes = bytes.subarray(6 + size)
      }
    })
  })

/** Waits for the close frame of a fleet, and reads its code. */
const closeCode = (peer: TeamPeer) => Effect.map(control(peer, 0x88), (payload) => payload.readUInt16BE())

describe("a message", () => {
  it.live("that comes for longer than silence may last is counted, since its bytes prove that the peer lives", () =>
    Effect.gen(function* () {
      const platform = yield* scriptedPlatform()
      yield* run(
        platform.url,
        "--ping-interval",
        "100 millis",
        "--pong-timeout",
        "100 millis",
        "--connect-timeout",
        "200 millis"
      )
      const global = yield* platform.welcome(1)
      const peer = yield* platform.socket
      // Six times as long as silence may last, and without an answer to any ping.
      yield* trickle(peer, chunks(messageFrame("x".repeat(50_000)), 1000), 24)
      assert.deepInclude(yield* counted(global, 1, 1), { connected: true })
    }).pipe(Effect.scoped)
  )

  it.live("that comes in thousands of fragments is counted, pings between them too", () =>
    Effect.gen(function* () {
      const platform = yield* scriptedPlatform()
      yield* run(platform.url)
      const global = yield* platform.welcome(1)
      const peer = yield* platform.socket
      const payload = Buffer.from(JSON.stringify({ type: "message", text: "props ".repeat(2000) }))
      const frames = chunks(payload, 1).map((byte, n) =>
        Buffer.concat([header((n === 0 ? 1 : 0) + (n === payload.length - 1 ? 0x80 : 0), 1), byte, header(0x89, 0)])
      )
      peer.socket.write(Buffer.concat(frames))
      assert.deepInclude(yield* counted(global, 1, 1), { props_count: 1 })
    }).pipe(Effect.scoped)
  )

  it.live(
    "that comes behind more pings in one read over TLS than are answered one by one is counted: the newest is",
    () =>
      Effect.gen(function* () {
        const platform = yield* scriptedPlatform(undefined, { tls: true })
        yield* run(platform.url, "--tls-ca", yield* localhostCertificate)
        const global = yield* platform.welcome(1)
        const peer = yield* platform.socket
        // All of them are in one record of TLS, which is decrypted whole.
        for (const pings of [62, 1000]) {
          const ids = Array.from({ length: pings }, (_, n) => Buffer.from(`${pings}:${n}`))
          const newest = yield* Effect.forkChild(control(peer, 0x8a, (payload) => payload.equals(ids.at(-1)!)))
          yield* Effect.yieldNow
          peer.socket.write(
            Buffer.concat([...ids.map((id) => Buffer.concat([header(0x89, id.length), id])), messageFrame("props")])
          )
          yield* Fiber.join(newest)
        }
        assert.deepInclude(yield* counted(global, 1, 2), { connected: true, props_count: 2 })
        assert.strictEqual(yield* platform.waiting, 0)
      }).pipe(Effect.scoped)
  )

  it.live("that is never whole is closed with 1008, whatever comes between, and told as our own close", () =>
    Effect.gen(function* () {
      const platform = yield* scriptedPlatform()
      const cli = yield* run(platform.url, "--message-timeout", "1 second")
      yield* platform.welcome(1)
      const peer = yield* platform.socket
      peer.socket.write(Buffer.concat([messageFrame("hello"), header(0x01, 1), Buffer.from("x")]))
      const more = Buffer.concat([header(0x89, 0), header(0x00, 1), Buffer.from("x")])
      yield* Effect.forkScoped(
        trickle(
          peer,
          Array.from({ length: 1000 }, () => more),
          20
        )
      )
      assert.strictEqual(yield* closeCode(peer), 1008)
      yield* cli.printed(/closed by us with 1008: its message was not whole within the message timeout/)
    }).pipe(Effect.scoped)
  )

  it.live("that is the largest goes where all that are not whole are too large together; no other is touched", () =>
    Effect.gen(function* () {
      const platform = yield* scriptedPlatform()
      const cli = yield* run(platform.url, "--max-unfinished", "64 KiB", "--max-frame", "64 KiB")
      const global = yield* platform.welcome(1, 2, 3)
      const peers = yield* Effect.replicateEffect(platform.socket, 3)
      const [small, middle, large] = peers.toSorted((one, other) => one.team - other.team)
      const message = (size: number) => messageFrame("x".repeat(size))
      small!.socket.write(message(10_000).subarray(0, -1))
      middle!.socket.write(message(20_000).subarray(0, -1))
      large!.socket.write(message(40_000).subarray(0, -1))
      assert.strictEqual(yield* closeCode(large!), 1009)
      yield* cli.printed(/closed by us with 1009: its message was the largest/)
      for (const { socket } of [small!, middle!]) socket.write("}")
      for (const team of [1, 2]) assert.deepInclude(yield* counted(global, team, 1), { connected: true })
    }).pipe(Effect.scoped)
  )
})
