import { Cause, Clock, Context, Effect, Layer, Random, type Scope } from "effect"
import { roundTrip } from "../observe/metrics/handles.ts"
import { Holdings } from "./LeakAudit.ts"
import { Settings, type SettingsValues } from "./Settings.ts"

/** What the peers of a {@link KeepAlive} share. */
interface Watch {
  /** Sweeps so far: the clock that silence is told by. */
  sweeps: number
  /** Takes the time of a peer's answer. */
  readonly answered: (peer: Peer) => void
}

const nobody: Watch = { sweeps: 0, answered: () => {} }

/** The signs of life of a peer, so far. */
export interface Pulse {
  /** Sweeps since the last one. */
  readonly silence: number
  /** When a ping was last answered: milliseconds of Effect's clock; 0 before the first. */
  readonly answeredAt: number
  /** What that took, in milliseconds. */
  readonly roundTrip: number
}

/** A connection whose peer is asked for signs of life. The counts belong to the sweep; `heard` and `answered` are for the connection. */
export abstract class Peer implements Pulse {
  watch: Watch = nobody
  /** The sweep of the last sign of life. */
  heardAt = 0
  /** The sweep of the next ping, and that of the next visit. */
  nextPing = 0
  nextVisit = 0
  /** Whether the peer has ever been heard. */
  greeted = false
  /** When the last ping was sent: milliseconds of Effect's clock; 0 before the first. */
  pingedAt = 0
  answeredAt = 0
  roundTrip = 0

  get silence(): number {
    return this.watch.sweeps - this.heardAt
  }

  /** Any frame from the peer is proof of life. */
  heard(): void {
    this.heardAt = this.watch.sweeps
    this.greeted = true
  }

  /** The handshake is done: only now can the peer be silent. */
  opened(): void {
    this.heardAt = this.watch.sweeps
  }

  /** The peer has answered the last ping. */
  answered(): void {
    this.watch.answered(this)
  }

  /** Sends a ping, without waiting. */
  abstract ping(): void
  /** The peer has been silent for too long. Called once. */
  abstract declareDead(): void
}

/**
 * A sweep at most each so many milliseconds, and at least this many in the shortest bound that it keeps. Pings that leave
 * together cost less: a fleet of 5,000 was kept alive for a third less than with sweeps of 100 ms.
 */
export const longestSweep = 500
const sweepsInABound = 10

/** Milliseconds from one sweep to the next. */
export const sweepOf = ({
  connectTimeout,
  pingInterval,
  pongTimeout
}: Pick<SettingsValues, "connectTimeout" | "pingInterval" | "pongTimeout">): number =>
  Math.min(longestSweep, Math.min(connectTimeout, pingInterval, pongTimeout) / sweepsInABound)

/**
 * Pings every connection and declares dead the peer that stays silent. Rule: protocol rows 10 to 12.
 *
 * One fiber sweeps over all connections. Silence is counted in sweeps, not by the clock: while the process is stalled no
 * sweep happens, so a peer is never blamed for frames that waited to be read. A sweep visits only who has a ping or a
 * judgement due: to visit all cost a fleet of 5,000 an eighth of what keeping it alive cost.
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
      const settings = yield* Settings
      const { connectTimeout, pingInterval, pongTimeout } = settings
      const sweepEach = sweepOf(settings)
      const sweeps = (millis: number) => Math.ceil(millis / sweepEach)
      const interval = sweeps(pingInterval)
      const longestSilence = interval + sweeps(pongTimeout)
      const longestGreeting = sweeps(connectTimeout)
      const clock = yield* Clock.Clock
      const context = yield* Effect.context()
      const watch: Watch = {
        sweeps: 0,
        answered: (peer) => {
          peer.answeredAt = clock.currentTimeMillisUnsafe()
          peer.roundTrip = peer.answeredAt - peer.pingedAt
          roundTrip.updateUnsafe(peer.roundTrip / 1000, context)
        }
      }
      /** Who is visited in which sweep from now on. */
      const visits = new Map<number, Set<Peer>>()
      const watched = () => visits.values().reduce((sum, { size }) => sum + size, 0)
      ;(yield* Holdings).add({ what: "peers that are watched", until: "drained", count: watched })

      const lastSweepOf = (peer: Peer) => peer.heardAt + (peer.greeted ? longestSilence : longestGreeting)
      const plan = (peer: Peer) => {
        peer.nextVisit = Math.min(peer.nextPing, lastSweepOf(peer) + 1)
        const due = visits.get(peer.nextVisit)
        if (due === undefined) visits.set(peer.nextVisit, new Set([peer]))
        else due.add(peer)
      }
      const release = (peer: Peer) => void visits.get(peer.nextVisit)?.delete(peer)

      const visit = (peer: Peer) => {
        if (watch.sweeps > lastSweepOf(peer)) return peer.declareDead()
        if (watch.sweeps < peer.nextPing) return plan(peer)
        peer.nextPing += interval
        // Before the ping, which may end the connection, and so release it.
        plan(peer)
        peer.pingedAt = clock.currentTimeMillisUnsafe()
        peer.ping()
      }
      // A peer that throws is watched no longer; the defect is logged when all others have had their visit.
      const sweep = Effect.suspend(() => {
        const defects: Array<unknown> = []
        const due = visits.get(++watch.sweeps) ?? []
        for (const peer of due) {
          try {
            visit(peer)
          } catch (defect) {
            release(peer)
            defects.push(defect)
          }
        }
        visits.delete(watch.sweeps)
        return Effect.forEach(defects, (defect) => Effect.logError("a peer cannot be pinged", Cause.die(defect)), {
          discard: true
        })
      })
      yield* Effect.forkScoped(Effect.forever(Effect.delay(sweep, sweepEach)))

      const hold = (peer: Peer) =>
        Effect.withFiberSucceed((fiber) => {
          peer.watch = watch
          peer.heardAt = watch.sweeps
          // As `Random.nextIntBetween` has it, without its steps for each dial.
          const untilPing = 1 + Math.floor(fiber.getRef(Random.Random).nextDoubleUnsafe() * interval)
          peer.nextPing = watch.sweeps + untilPing
          plan(peer)
        })

      return {
        sweepEach,
        hold,
        release,
        watch: (peer) => Effect.acquireRelease(hold(peer), () => Effect.sync(() => release(peer)))
      }
    })
  )
}
