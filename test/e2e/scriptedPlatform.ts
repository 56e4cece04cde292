import { Effect, Queue, type Scope } from "effect"
import { type RawPeer, rawServer, shake, type WsPeer, wsServer } from "./socket.servers.ts"

/** A platform whose teams' sockets are in the hands of the test, byte by byte. */
export interface ScriptedPlatform {
  readonly url: string
  /** Waits for the next Global connection, lets teams join on it, and answers their asks. */
  readonly welcome: (...teams: ReadonlyArray<number>) => Effect.Effect<WsPeer>
  /** Waits for the next socket of a team. Its handshake is answered. */
  readonly socket: Effect.Effect<TeamPeer>
  /** Number of sockets of teams that nobody has waited for yet. */
  readonly waiting: Effect.Effect<number>
}

export interface TeamPeer extends RawPeer {
  readonly team: number
}

/**
 * Starts one. `accept` answers a team's handshake: with a WebSocket, where it is not said. `tls`: teams' sockets are behind TLS,
 * as localhost.
 */
export const scriptedPlatform = (
  accept: (peer: RawPeer, head: string) => void = shake,
  { tls = false } = {}
): Effect.Effect<ScriptedPlatform, never, Scope.Scope> =>
  Effect.gen(function* () {
    const global = yield* wsServer
    const sockets = yield* Queue.unbounded<TeamPeer>()
    const teams = yield* rawServer(
      (peer, head) => {
        accept(peer, head)
        Queue.offerUnsafe(sockets, { ...peer, team: Number(/^GET \/(\d+)/.exec(head)?.[1]) })
      },
      { tls }
    )
    const origin = tls ? `wss://localhost:${teams.port}` : `ws://127.0.0.1:${teams.port}`
    return {
      url: `ws://127.0.0.1:${global.port}/`,
      socket: Queue.take(sockets),
      waiting: Queue.size(sockets),
      welcome: (...ids) =>
        Effect.gen(function* () {
          const peer = yield* Queue.take(global.accepted)
          peer.ws.on("message", (data: Buffer) => {
            const { team_id, type } = JSON.parse(data.toString())
            if (type !== "team.connect") return
            peer.ws.send(JSON.stringify({ type, team_id, ws_url: `${origin}/${team_id}` }))
          })
          peer.ws.send(JSON.stringify({ type: "hello" }))
          for (const team_id of ids) peer.ws.send(JSON.stringify({ type: "team.join", team_id }))
          return peer
        })
    }
  })

/** Header of a server's frame of so many bytes: 65,535 at most. */
export const header = (first: number, size: number): Buffer =>
  size < 126 ? Buffer.from([first, size]) : Buffer.from([first, 126, size >> 8, size & 0xff])

/** A team's message in one frame, as its bytes. */
export const messageFrame = (text: string): Buffer => {
  const payload = Buffer.from(JSON.stringify({ type: "message", text }))
  return Buffer.concat([header(0x81, payload.length), payload])
}

/** Writes pieces, one every so many milliseconds; stops where the peer has hung up. */
export const trickle = (peer: RawPeer, pieces: ReadonlyArray<Buffer>, millis: number): Effect.Effect<void> =>
  Effect.forEach(
    pieces,
    (piece) =>
      Effect.andThen(
        Effect.sync(() => void (peer.socket.writable && peer.socket.write(piece))),
        Effect.sleep(millis)
      ),
    { discard: true }
  )
