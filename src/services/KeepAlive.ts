import { Cause, Clock, Context, Effect, Layer, Random, type Scope } from "effect"
import { Holdings } from "./Holdings.ts"
import { roundTrip } from "./Metrics.ts"
import { Settings } from "./Settings.ts"

/** Measures round trips, for all peers of a {@link KeepAlive}. */
interface Stopwatch {
  readonly stop: (peer: Peer) => void
}

/** A connection whose peer is asked for signs of life. The counts belong to the sweep; `heard` and `answered` are for the connection. */
export abstract class Peer {
  /** Sweeps since the last sign of life. */
  silence = 0
  /** Sweeps until the next ping. */
  untilPing = 0
  /** Whether the peer has ever been heard. */
  greeted = false
  /** When the last ping was sent: milliseconds of Effect's clock; 0 before the first. */
  pingedAt = 0
  /** What the last answered ping took, in milliseconds; -1 before the first. */
  roundTrip = -1
  stopwatch: Stopwatch | undefined = undefined

  /** Any frame from the peer is proof of life. */
  heard(): void {
    this.silence = 0
    this.greeted = true
  }

  /** The peer has answered the last ping. */
  answered(): void {
    this.stopwatch?.stop(this)
  }

  /** Sends a ping, without waiting. */
  abstract ping(): void
  /** The peer has been silent for too long. Called once. */
  abstract declareDead(): void
}

/** A sweep at most each so many milliseconds, and at least this many in the shortest bound that it keeps. */
const longestSweep = 100
const sweepsInABound = 10

/**
 * Pings every connection and declares dead the peer that stays silent. Rule: protocol rows 10 to 12.
 *
 * One fiber sweeps over all connections. Silence is counted in sweeps, not by the clock: while the process is stalled no
 * sweep happens, so a peer is never blamed for frames that waited to be read.
 */
export class KeepAlive extends Context.Service<
  KeepAlive,
  {
    /** Milliseconds of a sweep: what a count of silence stands for. */
    readonly sweepEach: number
    /** Watches a peer until it is released. The first ping comes at a random point of the interval. */
    readonly hold: (peer: Peer) => Effect.Effect<void>
    readonly release: (peer: Peer) => void
    /** Watches a peer until the Scope closes. */
    readonly watch: (peer: Peer) => Effect.Effect<void, never, Scope.Scope>
  }
>()("botswain/services/KeepAlive") {
  static readonly layer: Layer.Layer<KeepAlive, never, Settings> = Layer.effect(
    KeepAlive,
    Effect.gen(function* () {
      const { connectTimeout, pingInterval, pongTimeout } = yield* Settings
      const sweepEach = Math.min(longestSweep, Math.min(connectTimeout, pingInterval, pongTimeout) / sweepsInABound)
      const sweeps = (millis: number) => Math.ceil(millis / sweepEach)
      const interval = sweeps(pingInterval)
      const longestSilence = interval + sweeps(pongTimeout)
      const longestGreeting = sweeps(connectTimeout)
      const peers = new Set<Peer>()
      ;(yield* Holdings).add({ what: "peers that are watched", until: "drained", count: () => peers.size })
      const clock = yield* Clock.Clock
      const context = yield* Effect.context()
      const stopwatch: Stopwatch = {
        stop: (peer) => {
          peer.roundTrip = clock.currentTimeMillisUnsafe() - peer.pingedAt
          roundTrip.updateUnsafe(peer.roundTrip / 1000, context)
        }
      }

      const visit = (peer: Peer) => {
        if (++peer.silence > (peer.greeted ? longestSilence : longestGreeting)) {
          peers.delete(peer)
          peer.declareDead()
        } else if (--peer.untilPing <= 0) {
          peer.untilPing = interval
          peer.pingedAt = clock.currentTimeMillisUnsafe()
          peer.ping()
        }
      }
      // A peer that throws is watched no longer; the defect is logged when all others have had their visit.
      const sweep = Effect.suspend(() => {
        const defects: Array<unknown> = []
        for (const peer of peers) {
          try {
            visit(peer)
          } catch (defect) {
            peers.delete(peer)
            defects.push(defect)
          }
        }
        return Effect.forEach(defects, (defect) => Effect.logError("a peer cannot be pinged", Cause.die(defect)), {
          discard: true
        })
      })
      yield* Effect.forkScoped(Effect.forever(Effect.delay(sweep, sweepEach)))

      const hold = (peer: Peer) =>
        Effect.map(Random.nextIntBetween(1, interval), (untilPing) => {
          peer.untilPing = untilPing
          peer.stopwatch = stopwatch
          peers.add(peer)
        })
      const release = (peer: Peer) => void peers.delete(peer)

      return {
        sweepEach,
        hold,
        release,
        watch: (peer) => Effect.acquireRelease(hold(peer), () => Effect.sync(() => release(peer)))
      }
    })
  )
}
