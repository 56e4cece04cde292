import { Clock, Effect, type Fiber, Layer } from "effect"
import { KeepAlive, type Peer } from "../../../src/services/KeepAlive.ts"
import { Settings } from "../../../src/services/Settings.ts"
import { decorateSocket, type PlantedBug } from "./PlantedBug.ts"

/** Judges by the clock, when its timer fires: what waits to be read then is not read yet. */
const judgesFirst = Layer.effect(
  KeepAlive,
  Effect.gen(function* () {
    const { pingInterval, pongTimeout } = yield* Settings
    const clock = yield* Clock.Clock
    const fork = Effect.runForkWith(yield* Effect.context())
    const watched = new Map<Peer, Fiber.Fiber<unknown>>()
    const hold = (peer: Peer) =>
      Effect.sync(() => {
        const own = { sweeps: 0, answered: () => {} }
        peer.liveness.sweeper = own
        let heardAt = clock.currentTimeMillisUnsafe()
        let pings = 0
        const look = Effect.sync(() => {
          const now = clock.currentTimeMillisUnsafe()
          if (peer.liveness.silence === 0) heardAt = now
          own.sweeps++
          if (now - heardAt > pingInterval + pongTimeout) peer.declareDead()
          else if (pings++ % Math.ceil(pingInterval / 1_000) === 0) peer.ping()
        })
        watched.set(peer, fork(Effect.forever(Effect.delay(look, 1_000))))
      })
    const release = (peer: Peer) => {
      watched.get(peer)?.interruptUnsafe()
      watched.delete(peer)
    }
    return KeepAlive.of({
      sweepEach: 1_000,
      hold,
      release,
      watch: (peer) => Effect.acquireRelease(hold(peer), () => Effect.sync(() => release(peer))),
      observe: () => Effect.void
    })
  })
)

/** Bugs of how connections are kept and given up. */
export const keepAliveBugs: ReadonlyArray<PlantedBug> = [
  {
    bug: "a ping timer that judges before it reads",
    invariant: "healthy-peer",
    within: 60,
    standIn: judgesFirst
  },
  {
    bug: "half-open connections that nobody notices",
    invariant: "connected",
    within: 20,
    standIn: Layer.succeed(KeepAlive, {
      sweepEach: 1_000,
      hold: () => Effect.void,
      release: () => {},
      watch: () => Effect.void,
      observe: () => Effect.void
    })
  },
  {
    bug: "close in place of terminate",
    invariant: "prompt",
    within: 20,
    standIn: decorateSocket({ connection: (connection) => ({ terminate: () => connection.close(1000) }) })
  },
  {
    bug: "a second dial before the first is closed",
    invariant: "one-socket",
    within: 10,
    standIn: decorateSocket({
      connection: (connection) => {
        let closing = false
        return {
          close: (code) => {
            closing = true
            connection.close(code)
          },
          get closed() {
            return Effect.suspend(() => (closing ? Effect.succeed({ code: 1000 }) : connection.closed))
          }
        }
      }
    })
  },
  {
    bug: "left is not heard on the team's own connection",
    invariant: "one-socket",
    within: 10,
    standIn: decorateSocket({
      receiver: (receiver) => ({
        onFrame: (frame) => {
          const isTeam = !frame.includes("global")
          if (isTeam && frame.startsWith(`{"type":"team.left"`) && onTeam.has(receiver)) return
          if (frame.startsWith(`{"type":"message"`)) onTeam.add(receiver)
          receiver.onFrame(frame)
        }
      })
    })
  }
]

/** Receivers that have had a message, and so are a team's. */
const onTeam = new WeakSet<object>()
